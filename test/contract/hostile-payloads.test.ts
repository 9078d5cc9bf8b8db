// Whatever the gateway sends: what the parser makes a message, reaction, edit, group or label event of is accepted by all commands that are built
// from it, and can be stored as jsonb. One odd field never loses a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupCommands, participantOf } from '../../activities/gateway-events/apply-group.ts';
import { labelCommand } from '../../activities/gateway-events/apply-label.ts';
import { editCommand, reactionCommand } from '../../activities/gateway-events/apply-message-change.ts';
import { profile } from '../../activities/inbound/contact.ts';
import { content } from '../../activities/inbound/message.ts';
import { originOf } from '../../activities/inbound/track-advert.ts';
import { aggregates } from '../../domain/catalog.ts';
import type { GatewayEvent, MessageEvent } from '../../integrations/waha/gateway-event.ts';
import { parseGatewayEvent } from '../../integrations/waha/parse.ts';
import { given } from '../support/given.ts';

const someId = '018f5a10-0000-7000-8000-000000000001';
const place = { projectId: someId, tenantId: 'tenant-a', channelId: someId, contactId: someId };
const context = { rawHash: 'ab'.repeat(32), receivedAt: '2026-06-09T12:00:00.000Z' };

/** Throws when a command refuses, or an event that it causes does not fit its own schema. */
function accept(event: GatewayEvent): void {
  // jsonb takes neither NUL nor half a surrogate pair.
  assert.doesNotMatch(JSON.stringify(event), /\\u0000|\\ud[89a-f]/);
  switch (event.kind) {
    case 'message':
      acceptMessage(event);
      return;
    case 'edit':
      return void aggregates.message.commands['message.edit'].parse(editCommand(event).data);
    case 'reaction':
      if (event.sender) acceptPerson(event.sender);
      return void aggregates.message.commands['message.set_reaction'].parse(reactionCommand(event, someId).data);
    case 'group': {
      const { address: externalId } = event.chat;
      const made = { chatId: someId, chatType: 'group', externalId, projectId: someId, tenantId: 'tenant-a' };
      let chat = given(aggregates.chat, [{ type: 'chat.create', data: { ...made, channelId: someId } }]);
      const participants = event.members.map((member) => participantOf(member, undefined));
      for (const command of groupCommands(event, participants)) chat = given(aggregates.chat, [command], chat.state);
      return;
    }
    case 'label': {
      const { type, data } = labelCommand(event);
      const commands = { ...aggregates.channel.commands, ...aggregates.chat.commands };
      return void commands[type].parse(data);
    }
    default:
      return;
  }
}

function acceptMessage(event: MessageEvent): void {
  const { innerId: channelMessageId, fromMe, sentAt, chat, ad } = event;
  const received = { ...content(event), ...place, messageId: someId, sessionId: someId, source: 'webhook', arrival: 1 };
  given(aggregates.message, [{ type: 'message.receive', data: { ...received, channelMessageId, fromMe, sentAt } }]);
  const chatType = chat.kind === 'group' ? 'group' : 'individual';
  const made = { ...place, contactId: undefined, chatId: someId, chatType, externalId: chat.address };
  given(aggregates.chat, [{ type: 'chat.create', data: made }]);
  if (event.sender) acceptPerson(event.sender);
  if (!ad) return;
  const { contactId, projectId } = place;
  const tracking = { trackingId: someId, projectId, contactId, ...originOf(ad) };
  given(aggregates.tracking, [{ type: 'tracking.create', data: tracking }]);
  given(aggregates.contact, [ana, { type: 'contact.track_ad', data: { messageId: someId, ...ad } }]);
}

const ana = { type: 'contact.create', data: { ...place, name: 'Ana' } };

function acceptPerson(person: NonNullable<MessageEvent['sender']>): void {
  const { phone, externalIds, ...named } = profile(person);
  given(aggregates.contact, [
    { type: 'contact.create', data: { ...place, ...named, ...(phone && { phone }), externalIds } },
  ]);
  given(aggregates.contact, [ana, { type: 'contact.learn_identity', data: { ...(phone && { phone }), externalIds } }]);
}

const phone = '5511987654321@c.us';
const groupAddress = '120363000000000201@g.us';

// Lengths around all limits, and characters that break a text when it is cut, stored or shown carelessly.
const hugeText = fc
  .tuple(
    fc.constantFrom('a', '👍', '\ud83d', '\udc4d', '\u0000', ' ', 'é', '👍\udc4dx', 'ﷺ'),
    fc.constantFrom(1, 2, 63, 64, 65, 199, 200, 201, 999, 1_001, 2_001, 4_001, 65_535, 65_536, 70_000),
    fc.constantFrom('', 'b', 'bb'),
  )
  .map(([unit, length, before]) => before + unit.repeat(Math.ceil(length / unit.length)));
const text = fc.oneof(hugeText, fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', 'image/jpeg', 'Ana'));
const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, 0, -0, -1, 0.5, 91, -181, 1e300, '1e9', '9'.repeat(400), '-0.4', [], {}),
  },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.jsonValue() },
);
/** Any of the members, each with anything in it. */
const someOf = (...names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [], noNullPrototype: true });
const lists = (item: fc.Arbitrary<unknown>) => fc.oneof(fc.array(item, { maxLength: 4 }), odd);
const address = fc.oneof(
  fc.constantFrom(phone, groupAddress, '200000000000102@lid', `${'1'.repeat(120)}@lid`, `${'1'.repeat(120)}@c.us`),
  text,
);

const adReply = someOf('title', 'body', 'sourceType', 'sourceID', 'sourceApp', 'sourceURL', 'ctwaClid');
const engineContext = fc
  .tuple(
    adReply.map((externalAdReply) => ({ ...externalAdReply, sourceID: externalAdReply['sourceID'] ?? 'x' })),
    someOf('conversionSource', 'entryPointConversionSource', 'entryPointConversionApp', 'conversionData', 'stanzaID'),
    lists(address),
  )
  .map(([externalAdReply, more, mentionedJid]) => ({ ...more, externalAdReply, mentionedJid }));
const engineContent = fc
  .tuple(
    someOf(
      'text',
      'caption',
      'mimetype',
      'fileName',
      'seconds',
      'degreesLatitude',
      'degreesLongitude',
      'name',
      'address',
      'PTT',
    ),
    engineContext,
  )
  .map(([more, contextInfo]) => ({ ...more, contextInfo }));
const engine = fc
  .record({
    kind: fc.constantFrom('imageMessage', 'audioMessage', 'videoMessage', 'locationMessage', 'extendedTextMessage'),
    content: engineContent,
    info: someOf('PushName', 'MediaType', 'Timestamp', 'ID'),
    raw: someOf('pushName', 'type', 'mimetype', 'filename', 'duration', 'caption'),
  })
  .map(({ kind, content, info, raw }) => ({ ...raw, Info: info, Message: { [kind]: content } }));

const usual = { id: `false_${phone}_3EB0`, timestamp: 1_781_000_000, from: phone, fromMe: false };
const messages = fc
  .tuple(
    someOf('body', 'hasMedia', 'source', 'ack', 'ackName', 'mediaUrl', 'timestamp'),
    fc.oneof(someOf('url', 'mimetype', 'filename', 'error'), odd),
    fc.oneof(someOf('latitude', 'longitude', 'name', 'address'), odd),
    lists(text),
    fc.option(engine, { nil: undefined }),
    fc.constantFrom(usual, { ...usual, id: `false_${groupAddress}_3EB0_200000000000102@lid`, from: groupAddress }),
  )
  .map(([more, media, location, vCards, _data, base]) => ({ ...base, ...more, media, location, vCards, _data }));
const reactions = fc
  .tuple(text, engine)
  .map(([said, _data]) => ({ ...usual, _data, reaction: { text: said, messageId: `false_${phone}_3EB1` } }));
const edits = fc.tuple(text, odd).map(([body, timestamp]) => ({ ...usual, timestamp, body, editedMessageId: '3EB1' }));
const members = lists(fc.oneof(fc.record({ id: address, pn: address, role: odd }), odd));
const groups = fc
  .tuple(odd, odd, members, members, fc.constantFrom('join', 'leave', 'promote'))
  .map(([subject, description, inGroup, participants, type]) => ({
    type,
    group: { id: groupAddress, subject, description, participants: inGroup },
    ...(Array.isArray(participants) && { participants }),
  }));
const labels = fc
  .tuple(odd, odd, address)
  .map(([id, name, chatId]) => ({ id: id ?? '7', labelId: '7', name, chatId, label: { id, name } }));

const cases = [
  ['message', 'message', messages, ['message']],
  ['reaction', 'reaction', reactions, ['message.reaction']],
  ['edit', 'edit', edits, ['message.edited']],
  ['group', 'group', groups, ['group.v2.join', 'group.v2.update', 'group.v2.participants']],
  ['label', 'label', labels, ['label.upsert', 'label.chat.added', 'label.deleted']],
] as const;

for (const [name, kind, payloads, events] of cases) {
  test(`a hostile ${name} is understood and accepted`, () => {
    fc.assert(
      fc.property(payloads, fc.constantFrom<string>(...events), (payload, event) => {
        const parsed = parseGatewayEvent({ event, session: 's', payload }, context);
        // The places that name it are sound: nothing beside them makes it anything else.
        assert.equal(parsed.kind, kind);
        accept(parsed);
      }),
      { numRuns: 500 },
    );
  });
}

test('an odd item of a list does not take the others with it', () => {
  const payload = { ...usual, vCards: [5, 'BEGIN:VCARD', null, 'x'.repeat(70_000)] };
  const message = parseGatewayEvent({ event: 'message', session: 's', payload }, context) as MessageEvent;
  assert.deepEqual([message.type, message.vcards], ['contact', ['BEGIN:VCARD']]);
  const group = { id: groupAddress, participants: ['x', { id: phone }, null] };
  const joined = parseGatewayEvent({ event: 'group.v2.join', session: 's', payload: { group } }, context);
  assert.ok(joined.kind === 'group' && joined.members.length === 1);
});

test('what is too long is cut where it is read, and left out where half of it is nothing', () => {
  const payload = {
    ...usual,
    body: `a${'👍'.repeat(40_000)}`,
    media: { url: 'u'.repeat(4_001), mimetype: `image/jpeg; ${'x'.repeat(300)}`, filename: 'f'.repeat(5_000) },
    location: { latitude: 1, longitude: 2, name: 'n'.repeat(1_001), address: 'Rua A' },
    _data: { Info: { PushName: ` ${'p'.repeat(300)}` } },
  };
  const event = parseGatewayEvent({ event: 'message', session: 's', payload }, context) as MessageEvent;
  assert.equal(event.body, `a${'👍'.repeat(32_767)}`);
  assert.deepEqual(event.media, { mimetype: 'image/jpeg', filename: 'f'.repeat(1_000) });
  assert.deepEqual(event.location, { latitude: 1, longitude: 2, address: 'Rua A' });
  assert.equal(event.sender?.pushName, 'p'.repeat(200));
});
