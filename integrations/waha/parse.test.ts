// The parser's promises: total on any JSON, the contact is never the account, one message has one identity in all its forms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gatewayEvents } from './contract.ts';
import type { GatewayEvent, MessageEvent } from './gateway-event.ts';
import { parseGatewayEvent } from './parse.ts';

const context = { rawHash: 'ab'.repeat(32), receivedAt: '2026-06-09T12:00:00.000Z' };
const me = { id: '5521900000101@c.us', lid: '200000000000101@lid', jid: '5521900000101:7@s.whatsapp.net' };
const inbound = { id: 'false_5521900000102@c.us_3A77', timestamp: 1781000000, from: '5521900000102@c.us', body: 'oi' };

function parse(payload: unknown, event = 'message.any', extra: object = {}): GatewayEvent {
  return parseGatewayEvent({ id: 'evt_1', event, session: 's', me, payload, ...extra }, context);
}

function message(payload: unknown): MessageEvent {
  const event = parse(payload);
  assert.equal(event.kind, 'message', JSON.stringify(event));
  return event as MessageEvent;
}

test('an event without an id is known by the hash of its bytes', () => {
  const event = parseGatewayEvent({ event: 'message', session: 's', payload: inbound }, context);
  assert.equal(event.eventId, `raw_${'ab'.repeat(20)}`);
  assert.equal(event.occurredAt, '2026-06-09T10:13:20.000Z');
  assert.equal(parseGatewayEvent({ event: 'x', session: 's', id: 'y'.repeat(5000) }, context).eventId, event.eventId);
});

test('an event without any time happened when it came', () => {
  const event = parseGatewayEvent(
    { event: 'message', session: 's', payload: { ...inbound, timestamp: null } },
    context,
  );
  assert.equal(event.occurredAt, context.receivedAt);
});

test('times: seconds, fractions, milliseconds, text; nonsense falls back', () => {
  const times: [unknown, string][] = [
    [1781000000, '2026-06-09T10:13:20.000Z'],
    [1781000000.5, '2026-06-09T10:13:20.500Z'],
    [1781000000500, '2026-06-09T10:13:20.500Z'],
    ['1781000000', '2026-06-09T10:13:20.000Z'],
    [1e300, context.receivedAt],
    [-5, context.receivedAt],
    ['soon', context.receivedAt],
  ];
  for (const [timestamp, expected] of times) {
    assert.equal(message({ ...inbound, timestamp }).sentAt, expected, String(timestamp));
  }
});

test('the contact of an own message is the partner, whatever from and to say', () => {
  const own = {
    id: 'true_5521900000102@c.us_3A78',
    fromMe: true,
    from: me.id,
    to: '5521900000102@c.us',
    source: 'api',
  };
  assert.deepEqual(message(own).sender, { phone: '5521900000102', chatIdForReply: '5521900000102@c.us' });
  assert.deepEqual(message({ ...own, id: '3A78' }).sender?.phone, '5521900000102');
  assert.deepEqual(message({ ...own, id: 'true_200000000000102@lid_3A78', to: null }).sender, {
    lid: '200000000000102',
    chatIdForReply: '200000000000102@lid',
  });
  assert.equal(
    message({ ...own, pushName: 'Padaria', _data: { Info: { PushName: 'Padaria' } } }).sender?.pushName,
    undefined,
  );
});

test('the account’s other address forms are never taken for the contact', () => {
  const _data = { Info: { Chat: '200000000000102@lid', RecipientAlt: '5521900000101@s.whatsapp.net' } };
  const event = message({ ...inbound, id: 'false_200000000000102@lid_3A79', from: '200000000000102@lid', _data });
  assert.deepEqual(event.sender, { lid: '200000000000102', chatIdForReply: '200000000000102@lid' });
  // The ninth digit does not hide the account from itself either.
  const self = { id: 'true_552198765432@c.us_3A80', fromMe: true, body: 'note' };
  assert.equal(parse(self, 'message.any', { me: { id: '5521998765432@c.us' } }).kind, 'ignored');
});

test('an own message to a group is nobody’s, even when the gateway does not say who the account is', () => {
  const own = { id: 'true_120363000000000201@g.us_3A81_5521900000101@c.us', fromMe: true, body: 'oi' };
  for (const account of [me, null]) {
    const event = parse({ ...own, participant: '5521900000101@c.us' }, 'message.any', { me: account });
    assert.ok(event.kind === 'message' && event.sender === undefined);
  }
});

test('a pair under @lid and @c.us has one inner id and one person', () => {
  const alt = { Info: { SenderAlt: '200000000000102@lid' } };
  const hiddenAlt = { Info: { SenderAlt: '5521900000102@s.whatsapp.net' } };
  const one = message({ ...inbound, _data: alt });
  const two = message({
    ...inbound,
    id: 'false_200000000000102@lid_3A77',
    from: '200000000000102@lid',
    _data: hiddenAlt,
  });
  assert.equal(one.innerId, two.innerId);
  const { chatIdForReply: first, ...person } = one.sender ?? { chatIdForReply: '' };
  const { chatIdForReply: second, ...samePerson } = two.sender ?? { chatIdForReply: '' };
  assert.deepEqual(person, samePerson);
  assert.deepEqual([first, second], ['5521900000102@c.us', '200000000000102@lid']);
});

test('one odd field does not lose a message', () => {
  const odd = {
    timestamp: {},
    vCards: 'x',
    location: [],
    replyTo: 5,
    source: 'fax',
    ack: 'many',
    media: 'none',
    _data: 7,
  };
  const event = message({ ...inbound, ...odd });
  assert.equal(event.body, 'oi');
  assert.equal(event.type, 'text');
});

test('text that a database cannot hold is made fit', () => {
  assert.equal(message({ ...inbound, body: 'a\u0000b\ud800c' }).body, 'ab\ufffdc');
});

test('a reason never quotes the body', () => {
  const secret = 'S3CRET';
  const bodies = [
    secret,
    { event: secret, session: 's', payload: {} },
    { event: 'message', session: 's', payload: { id: secret } },
  ];
  for (const body of bodies) {
    const event = parseGatewayEvent(body, context);
    assert.equal(event.kind, 'other');
    assert.ok(event.kind === 'other' && !event.reason.includes(secret));
  }
});

const words = [
  'id',
  'from',
  'to',
  'body',
  'media',
  '_data',
  'Info',
  'key',
  'Message',
  'me',
  'ack',
  'reaction',
  'group',
];
const addresses = [
  '5521900000102@c.us',
  me.id,
  me.lid,
  '1@g.us',
  'status@broadcast',
  'true_5521900000102@c.us_3A',
  '3A',
];
const leaf = fc.oneof(
  fc.constantFrom(...addresses),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), tie('node')),
  node: fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.constantFrom('__proto__', 'constructor')), tie('tree')),
}));

function assertSound(event: GatewayEvent): void {
  assert.ok(event.eventId.length > 0 && event.eventId.length <= 200);
  assert.equal(new Date(event.occurredAt).toISOString(), event.occurredAt);
  if ('innerId' in event) assert.ok(event.innerId.length > 0 && event.innerId.length <= 200);
  const person = 'sender' in event ? event.sender : undefined;
  if (person === undefined) return;
  assert.ok(person.phone !== undefined || person.lid !== undefined);
  assert.notEqual(person.phone ?? '', event.me?.phone);
  assert.notEqual(person.lid ?? '', event.me?.lid);
}

test('never throws: any JSON at all', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => assertSound(parseGatewayEvent(body, context))));
});

test('never throws: any payload in any event', () => {
  const event = fc.constantFrom(...gatewayEvents);
  const payload = fc.dictionary(
    fc.constantFrom(...words, 'timestamp', 'editedMessageId', 'revokedMessageId', 'after'),
    tree,
  );
  fc.assert(
    fc.property(event, payload, tree, (name, body, account) => {
      assertSound(parseGatewayEvent({ event: name, session: 's', payload: body, me: account }, context));
      assertSound(parse(body, name));
    }),
    { numRuns: 2000 },
  );
});
