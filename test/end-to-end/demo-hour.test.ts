// The demo's busy hour through all processes on the real servers, and what came of it, as a user sees it over HTTP.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { cast, group } from '../../ops/demo/cast.ts';
import { playScenario } from '../../ops/demo/play.ts';
import { buildScenario, messageIds } from '../../ops/demo/scenario.ts';
import { type Tapped, tapBroker } from '../support/broker-tap.ts';
import { eventually } from '../support/eventually.ts';
import { listAll, sql } from '../support/rows.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

// Ids of its own: workflows are known by them, and one Temporal serves all tests.
const options = { session: 'default', run: randomUUID(), startAt: new Date('2026-03-02T08:00:00Z') };
const scenario = buildScenario(options);
let product: RunningProduct;
let tap: { seen: Tapped[]; close: () => Promise<void> };
let messages: Loose[];
let events: Loose[];

before(async () => {
  product = await startRunningProduct('demo-hour');
  tap = await tapBroker(product.stack.config);
  await playScenario(product.sandbox, { ...options, speed: Number.POSITIVE_INFINITY, inOrder: true });
  const open = await product.settle();
  assert.deepEqual({ stuck: open.stuck, givenUp: open.givenUp }, { stuck: 0, givenUp: 0 });
  messages = await listAll(product, '/v1/messages');
  events = await listAll(product, '/v1/outbox/events');
});
after(async () => {
  await tap?.close();
  await product?.stop();
});

/** The inner id of the message that a webhook's text names. */
function innerId(body: string): string {
  const found = scenario.find(
    ({ event, body: { payload } }) =>
      event.startsWith('message') && JSON.stringify(payload).includes(JSON.stringify(body)),
  );
  const id = (found?.body['payload'] as { id?: string } | undefined)?.id?.split('_')[2];
  assert.ok(id, body);
  return id;
}
const is = (row: Loose, field: string, value: unknown): boolean => (row[field] as unknown) === value;
function messageWith(field: string, value: unknown): Loose {
  const found = messages.filter((message) => is(message, field, value));
  assert.equal(found.length, 1, `one message with ${field} ${value}`);
  return found[0] as Loose;
}
const ofType = (type: string): Loose[] => events.filter((event) => is(event, 'type', type));

test('every person who wrote is one contact, whatever addresses their messages came under; a status post and a newsletter make none', async () => {
  const contacts = await listAll(product, '/v1/contacts');
  const known = contacts.map((contact) => [
    contact['phone'],
    (contact['externalIds'] as Loose | undefined)?.[0]?.['externalId'],
  ]);
  const expected = Object.values(cast).map(({ phone, lid }: { phone: string; lid?: string }) => [
    phone,
    lid && `${lid}@lid`,
  ]);
  const byPhone = ([one]: readonly unknown[]): string => String(one).replace(/^5521(?!9)/, '55219');
  const sorted = (rows: readonly (readonly unknown[])[]) =>
    rows.map((row) => [byPhone(row), row[1]]).sort((one, other) => String(one).localeCompare(String(other)));
  assert.deepEqual(sorted(known), sorted(expected));
});

test('each contact has one session, which counts their messages', async () => {
  const sessions = await listAll(product, '/v1/sessions');
  assert.equal(sessions.length, Object.keys(cast).length);
  for (const session of sessions) {
    const own = messages.filter((message) => message['sessionId'] === session['id']);
    assert.equal(session['messageCount'] as unknown, own.length);
    assert.equal(session['ownMessageCount'] as unknown, own.filter(({ fromMe }) => fromMe).length);
    assert.ok(is(session, 'status', 'active'));
  }
});

test('each message is there once, in the order of its arrival, also those that came under two events or two addresses', () => {
  const ids = messageIds(scenario);
  const stored = messages.map((message) => String(message['channelMessageId']));
  assert.equal(new Set(stored).size, stored.length);
  // The status post and the newsletter are in the scenario and must not be here.
  const unwanted = [innerId('Fornada nova às oito'), innerId('Farinha mais barata esta semana')];
  const wanted = [...ids].filter((id) => !unwanted.includes(id));
  const inOrder = [...messages].sort((one, other) => Number(one['arrival']) - Number(other['arrival']));
  assert.deepEqual(
    inOrder.map((message) => String(message['channelMessageId'])),
    wanted,
  );
});

test('media keep their kind: an album of images, a voice note, a document, a sticker, a place, a card', () => {
  const album = messages.filter((message) => is(message, 'type', 'image') && message['sessionId']);
  assert.deepEqual(
    album.map((message) => [
      message['body'],
      /party-\d/.exec(String((message['media'] as Loose | undefined)?.['url']))?.[0],
    ]),
    [
      ['a mesa', 'party-1'],
      [null, 'party-2'],
      [null, 'party-3'],
      ['o bolo de vocês!', 'party-4'],
    ],
  );
  const voices = messages.filter((message) => is(message, 'type', 'voice'));
  assert.deepEqual(
    voices.map((voice) => voice['media']?.['durationSeconds']),
    [14, 6],
  );
  for (const type of ['document', 'sticker', 'location', 'contact']) messageWith('type', type);
});

test('a reply points at its message, an edit changes the text, a reaction stands at its message, a revoked one has no text', () => {
  const reply = messageWith('body', 'que cheiro bom deve estar aí');
  assert.equal(
    reply['replyToChannelMessageId'] as unknown,
    messageWith('body', 'Bom dia, Ana! Tem sim, saiu agora do forno.')['channelMessageId'],
  );
  assert.ok(messageWith('body', 'passo às dez e meia')['editedAt']);
  assert.ok(messageWith('body', 'Quero 4 tortas')['editedAt']);
  assert.equal(
    messageWith('body', 'Anotado: uma broa e seis sonhos.')['reactions']?.[0]?.['reaction'] as unknown,
    '👍',
  );
  const revoked = messages.filter(({ revokedAt }) => revokedAt);
  assert.deepEqual(
    revoked.map((message) => [message['channelMessageId'], message['body']]),
    [[innerId('ops, mensagem errada'), null]],
  );
});

test('delivery states come to the highest that was told, in whatever order; those before it are kept where they came before', async () => {
  const own = messages.filter(({ fromMe }) => fromMe);
  assert.equal(own.length, 22);
  assert.ok(is(messageWith('body', 'Que lindo! Podemos postar?'), 'status', 'played'));
  assert.ok(is(messageWith('body', 'Já vou!'), 'status', 'sent'));
  assert.equal(own.filter((message) => is(message, 'status', 'read')).length, 20);
  // 13 acknowledged in order, 1 played, 3 acknowledged before the message was known; of the 4 shuffled ones the first word was "read".
  assert.equal(ofType('message.delivered').length, 17);
  assert.equal(own.filter(({ deliveredAt }) => deliveredAt).length, 17);
  type Delivery = { status: string; count: number };
  const deliveries = await eventually(async () => {
    const rows = await sql<Delivery>(
      product,
      `select status, count(*)::int from message_deliveries where from_me group by 1 order by 1`,
    );
    assert.deepEqual(rows, [
      { status: 'played', count: 1 },
      { status: 'read', count: 20 },
      { status: 'sent', count: 1 },
    ]);
    return rows;
  });
  assert.equal(deliveries.length, 3);
});

test('the advert is tracked with its click', async () => {
  const [track, ...more] = ofType('tracking.message.meta_ads');
  assert.equal(more.length, 0);
  assert.equal((track?.['data'] as unknown as Loose | undefined)?.['adSourceId'] as unknown, '120200000000000701');
  const trackings = await listAll(product, '/v1/trackings');
  assert.deepEqual(
    trackings.map((one) => [one['source'], one['platform']]),
    [['meta_ads', 'instagram']],
  );
});

test('the group is a chat with its members and no session', async () => {
  const chats = (await listAll(product, '/v1/chats')).filter((chat) => is(chat, 'chatType', 'group'));
  assert.equal(chats.length, 1);
  const chat = chats[0];
  assert.ok(chat);
  assert.deepEqual([chat['externalId'], chat['subject']], [group.id, group.subject]);
  const participants = chat['participants'] as unknown as readonly Loose[];
  const members = participants.filter((one) => is(one, 'participantType', 'contact'));
  assert.equal(members.length, 2);
  const written = messages.filter((message) => message['chatId'] === chat['id']);
  assert.deepEqual(
    written.map(({ sessionId }) => sessionId),
    [null, null, null],
  );
});

test('every saga completed, and every event of one names its step', async () => {
  const sagas = await listAll(product, '/v1/sagas');
  assert.equal(sagas.length, messages.length);
  assert.deepEqual([...new Set(sagas.map(({ state }) => state as unknown))], ['completed']);
  const steps: Record<string, string> = {
    'contact.created': 'contact',
    'session.started': 'session',
    'message.created': 'message',
    'message.ai.process_voice_requested': 'message',
    'contact.interaction_recorded': 'record',
    'tracking.message.meta_ads': 'record',
  };
  for (const [type, step] of Object.entries(steps)) {
    assert.ok(ofType(type).length > 0, type);
    for (const event of ofType(type)) {
      assert.equal(event['saga']?.['sagaStep'] as unknown, step, type);
      assert.equal(event['saga']?.['sagaType'] as unknown, 'ProcessInboundMessage');
    }
  }
});

test('what came in is all settled, and the broker has every event, each aggregate in its order', async () => {
  const raw = await listAll(product, '/v1/raw-webhooks');
  assert.equal(raw.filter((one) => !['processed', 'duplicate', 'ignored'].includes(String(one['status']))).length, 0);
  assert.equal(raw.filter((one) => is(one, 'status', 'duplicate')).length, 3);
  // Those written before the tap was bound (project, channel and the session's first word) aside.
  const written = events.filter((event) => /^(message|contact|session|chat|tracking)\./.test(String(event['type'])));
  await eventually(() => {
    const seen = new Set(tap.seen.map(({ eventId }) => eventId));
    return written.every((event) => seen.has(String(event['id'])));
  });
  const last = new Map<string, number>();
  for (const { aggregate_id, sequence } of tap.seen) {
    assert.ok(sequence > (last.get(aggregate_id) ?? 0), 'no event overtakes one of its aggregate');
    last.set(aggregate_id, sequence);
  }
});

test("a contact's timeline shows their messages and the advert", async () => {
  const carla = (await listAll(product, '/v1/contacts')).find(({ phone }) => (phone as unknown) === cast.carla.phone);
  const own = messages.filter(({ contactId }) => contactId === carla?.['id']);
  const timeline = await eventually(async () => {
    const entries = await listAll(product, `/v1/contacts/${carla?.['id']}/timeline`);
    return entries.filter((entry) => is(entry, 'eventType', 'message.created')).length === own.length && entries;
  });
  assert.equal(own.length, 14);
  for (const type of ['contact.created', 'session.started', 'tracking.message.meta_ads', 'message.reaction_set'])
    assert.equal(timeline.filter((entry) => is(entry, 'eventType', type)).length, 1, type);
});
