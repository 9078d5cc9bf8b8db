// The saga ProcessInboundMessage on real servers: what one message of each kind makes, the same in one commit as step by step.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SagaResult } from '../../workflows/names.ts';
import { advert, file, gatewayMessage, randomInnerId } from '../support/messages.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun, Shop } from '../support/shop.ts';
import { assertNoGaps, logOf, pictureOf, tracesOf, type World } from '../support/world.ts';

let product: Product;
const oneByOneQueue = `one-by-one-${process.pid}`;
const hidden: Record<string, string> = { '200000000000777': '5511987650077' };
const lookupLid = async (_session: string, lid: string) => hidden[lid];

before(async () => {
  product = await openProduct('inbound');
  await product.startWorker(undefined, { lookupLid });
  await product.startWorker((activities) => activities, { lookupLid }, { TEMPORAL_TASK_QUEUE: oneByOneQueue });
});
after(() => product.close());

type Made = { readonly world: World; readonly log: readonly string[]; readonly runs: readonly SagaRun[] };

/** Takes the bodies one after the other, in one commit each and step by step each in a tenant of its own, and compares what came of it. */
async function take(bodies: readonly object[], options: Parameters<Product['openShop']>[0] = {}): Promise<Made> {
  const together = await takeIn(await product.openShop(options), bodies);
  const oneByOne = await takeIn(await product.openShop({ ...options, taskQueue: oneByOneQueue }), bodies);
  assert.deepEqual(comparable(oneByOne.world), comparable(together.world));
  assert.deepEqual(oneByOne.log, together.log);
  return together;
}

async function takeIn(shop: Shop, bodies: readonly object[]): Promise<Made> {
  const runs: SagaRun[] = [];
  for (const body of bodies) {
    const run = await shop.startSaga(await shop.store(body));
    assert.equal(await run.result(), 'completed');
    runs.push(run);
  }
  const log = await logOf(product.database, shop);
  assertNoGaps(log);
  for (const run of runs) {
    // What the Temporal UI shows on top of the page: every step that took effect, by name.
    const { state, steps } = (await run.handle.result()) as SagaResult;
    const ofRun = log.filter(({ correlationId }) => correlationId === run.correlationId).map(({ step }) => step);
    assert.deepEqual([state, steps[0], steps.at(-1)], ['completed', 'validate', 'finish']);
    assert.deepEqual(
      ofRun.filter((step) => step === null || !steps.includes(step)),
      [],
    );
  }
  for (const run of runs) {
    const traces = await tracesOf(product.database, shop, { rawEventId: run.raw.id, workflowId: run.workflowId });
    assert.deepEqual([traces?.state, traces?.isEnded, traces?.step], ['completed', true, 'finish']);
    assert.deepEqual([traces?.rawStatus], [traces?.reason === 'no_person' ? 'ignored' : 'processed']);
  }
  const ofSagas = log.filter(({ sagaType }) => sagaType !== null);
  for (const { sagaType, stepNumber } of ofSagas)
    assert.ok(sagaType === 'ProcessInboundMessage' && (stepNumber ?? 0) > 0);
  const correlations = new Set(runs.map(({ correlationId }) => correlationId));
  for (const { correlationId } of ofSagas) assert.ok(correlations.has(correlationId));
  return {
    world: await pictureOf(product.database, shop),
    log: ofSagas.map(({ step, stepNumber, type }) => `${stepNumber} ${step} ${type}`),
    runs,
  };
}

/** Ids become names in the order in which they come up, times of this run disappear; arrival numbers are of all tenants. */
function comparable(world: World): unknown {
  const names = new Map<string, string>();
  const text = JSON.stringify({ ...world, identities: world.identities.map(({ kind }) => kind) })
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
      if (!names.has(id)) names.set(id, `id ${names.size + 1}`);
      return names.get(id) ?? id;
    })
    .replaceAll(/tenant-[a-z]+/g, 'tenant')
    .replaceAll(/"arrival":\d+/g, '"arrival":0')
    .replaceAll(/"\d{4}-\d\d-\d\dT[0-9:.]+Z"/g, (time) => (time.startsWith('"2026-06') ? time : '"now"'));
  return JSON.parse(text);
}

/** The only one of its kind. */
function only<T>(found: readonly T[]): T {
  assert.equal(found.length, 1);
  return found[0] as T;
}

test('a text makes contact, chat, session, message and its records, all events with their step', async () => {
  const { world, log } = await take([gatewayMessage({ from: '5511987654321@c.us' })]);
  assert.deepEqual(log, [
    '2 contact contact.created',
    '2 contact contact.phone_set',
    '2 contact contact.source_channel_set',
    '3 session chat.created',
    '3 session session.started',
    '4 message message.created',
    '5 record session.message_recorded',
    '5 record contact.interaction_recorded',
  ]);
  const person = only(world.contact);
  assert.deepEqual([person.name, person.phone, person.phoneVerified], ['Ana', '5511987654321', true]);
  assert.equal(person.interactionCount, 1);
  assert.deepEqual([only(world.chat).chatType, only(world.chat).contactId], ['individual', person.id]);
  const talk = only(world.session);
  assert.deepEqual(
    [talk.contactId, talk.chatId, talk.status, talk.messageCount],
    [person.id, only(world.chat).id, 'active', 1],
  );
  const said = only(world.message);
  assert.deepEqual([said.messageType, said.body, said.fromMe, said.sessionId], ['text', 'Oi', false, talk.id]);
  assert.equal(said.sentAt, talk.lastMessageAt);
});

test('a usual message takes one commit, one local activity and one task of the workflow', async () => {
  const shop = await product.openShop();
  const run = await shop.startSaga(await shop.store(gatewayMessage()));
  assert.equal(await run.result(), 'completed');
  const events = (await run.handle.fetchHistory()).events ?? [];
  const tasks = events.filter(({ workflowTaskCompletedEventAttributes: completed }) => completed);
  const markers = events.filter(({ markerRecordedEventAttributes: marker }) => marker);
  assert.deepEqual([tasks.length, markers.length], [1, 1]);
});

test('an image asks for a model, in the log and on the list', async () => {
  const { world, log } = await take([gatewayMessage({ body: null, payload: file('image/jpeg') })]);
  assert.ok(log.includes('4 message message.ai.process_image_requested'));
  const said = only(world.message);
  assert.deepEqual([said.messageType, said.media?.url], ['image', 'https://files.example.com/1']);
  const wanted = only(world.enrichment);
  assert.deepEqual(
    [wanted.kind, wanted.status, wanted.messageId, wanted.mediaUrl],
    ['image', 'requested', said.id, 'https://files.example.com/1'],
  );
});

test('a voice note is one, with its length', async () => {
  const content = { audioMessage: { mimetype: 'audio/ogg; codecs=opus', seconds: 7, PTT: true } };
  const payload = file('audio/ogg; codecs=opus');
  const { world, log } = await take([gatewayMessage({ body: null, payload, message: content })]);
  assert.ok(log.includes('4 message message.ai.process_voice_requested'));
  assert.equal(only(world.enrichment).kind, 'voice');
  assert.deepEqual([only(world.message).messageType, only(world.message).media?.durationSeconds], ['voice', 7]);
});

test('a location and a contact card keep what they show, and want no model', async () => {
  const location = { latitude: '-22.9', longitude: '-43.2', name: 'Padaria', address: 'Rua A, 1' };
  const vCards = ['BEGIN:VCARD\nVERSION:3.0\nFN:Bento\nEND:VCARD'];
  const { world } = await take([
    gatewayMessage({ body: null, payload: { location } }),
    gatewayMessage({ body: null, payload: { vCards } }),
  ]);
  const [place, card] = world.message;
  assert.deepEqual(
    [place?.messageType, place?.location?.latitude, place?.location?.name],
    ['location', -22.9, 'Padaria'],
  );
  assert.deepEqual([card?.messageType, card?.vcards], ['contact', vCards]);
  assert.deepEqual(world.enrichment, []);
  assert.equal(only(world.session).messageCount, 2);
});

test('a reply names the message it answers', async () => {
  const innerId = randomInnerId();
  const { world } = await take([
    gatewayMessage({ innerId }),
    gatewayMessage({ body: 'Sim', payload: { replyTo: { id: innerId, body: 'Oi' } } }),
  ]);
  assert.deepEqual(
    world.message.map(({ replyToChannelMessageId }) => replyToChannelMessageId),
    [null, innerId],
  );
});

test('a group makes a chat with its writers as participants, and no session', async () => {
  const write = (participant: string) => gatewayMessage({ from: '120363000000000201@g.us', payload: { participant } });
  const { world, log } = await take([
    write('5511987650011@c.us'),
    write('5511987650012@c.us'),
    write('5511987650011@c.us'),
  ]);
  assert.equal(log.filter((line) => line.endsWith('chat.participant_added')).length, 2);
  const group = only(world.chat);
  assert.deepEqual([group.chatType, group.contactId], ['group', null]);
  assert.deepEqual(
    group.participants.map(({ participantId }) => participantId).sort(),
    world.contact.map(({ id }) => id).sort(),
  );
  assert.deepEqual(world.session, []);
  assert.equal(world.message.length, 3);
});

test("a group's message that does not say who wrote it is ignored, and says so", async () => {
  const { world, log, runs } = await take([
    gatewayMessage({ from: '120363000000000202@g.us', info: { PushName: '' } }),
  ]);
  assert.deepEqual([world.contact, world.chat, world.message, log], [[], [], [], []]);
  assert.equal(runs.length, 1);
});

test('an advert is tracked', async () => {
  const message = { extendedTextMessage: { text: 'Quero', contextInfo: advert } };
  const { world, log } = await take([gatewayMessage({ body: 'Quero', message })]);
  assert.ok(log.includes('5 record tracking.message.meta_ads'));
  assert.ok(log.includes('5 record tracking.created'));
  const tracked = only(world.tracking);
  assert.deepEqual(
    [tracked.source, tracked.platform, tracked.sessionId],
    ['meta_ads', 'facebook', only(world.session).id],
  );
});

test('an own message from the phone is filed under the one it went to, who is not taken for its writer', async () => {
  const { world } = await take([gatewayMessage({ from: '5511987650031@c.us', fromMe: true, event: 'message.any' })]);
  assert.deepEqual([only(world.contact).phone, only(world.contact).name], ['5511987650031', '+5511987650031']);
  assert.deepEqual([only(world.message).fromMe, only(world.message).source], [true, 'manual']);
  assert.deepEqual([only(world.session).ownMessageCount, only(world.session).contactMessageCount], [1, 0]);
});

test('whoever is first known through an own message is called by their name as soon as they write', async () => {
  const { world } = await take([
    gatewayMessage({ from: '5511987650032@c.us', fromMe: true, event: 'message.any' }),
    gatewayMessage({ from: '5511987650032@c.us', info: { PushName: 'Bia' } }),
    gatewayMessage({ from: '5511987650032@c.us', info: { PushName: 'Bia Lima' } }),
  ]);
  assert.equal(only(world.contact).name, 'Bia');
});

test('message.any and message for one message make one message', async () => {
  const shop = await product.openShop();
  const innerId = randomInnerId();
  const raws = [
    await shop.store(gatewayMessage({ innerId, event: 'message.any' })),
    await shop.store(gatewayMessage({ innerId, event: 'message' })),
  ];
  assert.notEqual(raws[0]?.id, raws[1]?.id);
  for (const raw of raws) assert.equal(await shop.runSaga(raw), 'completed');
  assert.equal(only((await pictureOf(product.database, shop)).message).channelMessageId, innerId);
});

test('a person under a hidden id with a number beside it, then under the number: one contact', async () => {
  const { world } = await take([
    gatewayMessage({
      from: '200000000000108@lid',
      info: { Sender: '200000000000108@lid', SenderAlt: '5511987650041@s.whatsapp.net' },
    }),
    gatewayMessage({ from: '5511987650041@c.us' }),
    gatewayMessage({ from: '200000000000108@lid' }),
  ]);
  const person = only(world.contact);
  assert.equal(person.phone, '5511987650041');
  assert.deepEqual(person.externalIds, [{ externalId: '200000000000108@lid', source: 'whatsapp_lid' }]);
  assert.deepEqual(world.identities.map(({ kind }) => kind).sort(), ['phone', 'whatsapp_lid']);
  assert.equal(only(world.session).messageCount, 3);
  assert.equal(world.chat.length, 1);
});

test('a person known by number who then writes under a hidden id beside it: the hidden id is learnt', async () => {
  const { world, log } = await take([
    gatewayMessage({ from: '5511987650042@c.us' }),
    gatewayMessage({ from: '200000000000109@lid', info: { SenderAlt: '5511987650042@s.whatsapp.net' } }),
    gatewayMessage({ from: '200000000000109@lid' }),
  ]);
  assert.equal(only(world.contact).interactionCount, 3);
  assert.ok(log.includes('6 finish contact.external_id_set'));
});

test('a hidden id that only the gateway can resolve', async () => {
  const { world } = await take([
    gatewayMessage({ from: '5511987650077@c.us' }),
    gatewayMessage({ from: '200000000000777@lid' }),
  ]);
  assert.equal(only(world.contact).interactionCount, 2);
});

test('a hidden id that nobody can resolve is a contact all the same, and learns its number later', async () => {
  const { world } = await take([
    gatewayMessage({ from: '200000000000778@lid' }),
    gatewayMessage({ from: '200000000000778@lid', info: { SenderAlt: '5511987650078@s.whatsapp.net' } }),
    gatewayMessage({ from: '5511987650078@c.us' }),
  ]);
  assert.deepEqual([only(world.contact).phone, only(world.contact).interactionCount], ['5511987650078', 3]);
});

test("a Brazilian mobile's ninth digit makes no second contact", async () => {
  const { world } = await take([
    gatewayMessage({ from: '551187650099@c.us' }),
    gatewayMessage({ from: '5511987650099@c.us' }),
  ]);
  assert.equal(only(world.contact).interactionCount, 2);
  assert.equal(world.chat.length, 1);
});

test('a channel that groups puts what comes together into one group', async () => {
  const { world } = await take([gatewayMessage(), gatewayMessage()], {
    messageGrouping: { enabled: true, debounceMs: 600_000, maxWaitMs: 600_000 },
  });
  assert.deepEqual(
    only(world.messageGroup).messageIds,
    world.message.map(({ id }) => id),
  );
});

test('what is no message, or whose channel was deleted, fails with a reason and stays stored', async () => {
  const shop = await product.openShop();
  const raw = await shop.store({
    event: 'message.ack',
    id: 'evt_ack',
    session: 'default',
    payload: { id: 'true_5511987650001@c.us_AAAA', ack: 2 },
  });
  assert.match(await shop.runSaga(raw), /^ProcessInboundMessage was failed: validation_failed/);
  const run = shop.sagaOf(raw);
  const traces = await tracesOf(product.database, shop, { rawEventId: raw.id, workflowId: run.workflowId });
  assert.deepEqual([traces?.state, traces?.rawStatus, traces?.isEnded], ['failed', 'failed', true]);
});
