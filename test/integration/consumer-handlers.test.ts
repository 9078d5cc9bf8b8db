// The product's own consumers in batches: the same rows as one by one, whatever the events; a batch of starts begins each workflow once, and poison in it fails alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Database, openDatabase } from '../../db/deps.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { connectTemporal, type TemporalClient } from '../../platform/temporal.ts';
import type { Consumer, DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { createConsumers } from '../../workers/consumers/index.ts';
import type { Delivery } from '../../workers/consumers/parse-delivery.ts';
import { type ConsumerWorld, consumerWorld } from '../support/consumer-world.ts';
import { delivery } from '../support/deliver.ts';
import { eventually } from '../support/eventually.ts';
import { runCommand } from '../support/run-command.ts';
import { createSeeded } from '../support/seeded.ts';
import { openShop, type Shop } from '../support/shop.ts';

let world: ConsumerWorld;
let database: Database;
let temporal: TemporalClient;
let shop: Shop;
let own: { projectId: string; tenantId: string; channelId: string; contactId: string; sessionId: string };
before(async () => {
  world = await consumerWorld('consumer_handlers');
  database = openDatabase(world.stack.config, { name: 'consumer_handlers' });
  temporal = await connectTemporal(world.stack.config);
  shop = await openShop({ database, temporal, taskQueue: world.stack.taskQueue }, 'tenant-a');
  const { tenantId, projectId, channelId } = shop;
  own = { projectId, tenantId, channelId, contactId: database.ids.next(), sessionId: database.ids.next() };
  const contact = { ...own, name: 'Ana' };
  await runCommand({ database, tenantId }, 'contact', own.contactId, 'contact.create', contact);
  const session = { ...own, channelTypeId: randomUUID() };
  await runCommand({ database, tenantId }, 'session', own.sessionId, 'session.start', session);
});
afterEach(() => world.stopAll());
after(async () => {
  await temporal.close();
  await database.close();
  await world.close();
});

const bell = { ring: () => {}, close: async () => {} };

function consumerOf(
  name: string,
  changed: Partial<TemporalClient> = {},
): Consumer & Required<Pick<Consumer, 'handleAll'>> {
  const deps = {
    temporal: { ...temporal, ...changed },
    taskQueue: world.stack.taskQueue,
    timelineBell: bell,
    database,
  };
  const consumer = createConsumers(deps).find((one) => one.name === name);
  assert.ok(consumer?.handleAll && consumer.batch, `${name} takes no batches`);
  return { ...consumer, handleAll: consumer.handleAll };
}

/** A message of this tenant: waits to be sent, or was written on the phone. */
async function writeMessage(kind: 'queued' | 'phone'): Promise<string> {
  const messageId = database.ids.next();
  const data = { ...own, messageId, messageType: 'text', body: 'words' };
  if (kind === 'queued')
    await runCommand({ database, ...own }, 'message', messageId, 'message.queue', { ...data, source: 'manual' });
  else {
    const sent = { channelMessageId: messageId, fromMe: true, arrival: 1, sentAt: '2026-01-31T10:00:00.000Z' };
    await runCommand({ database, ...own }, 'message', messageId, 'message.receive', {
      ...data,
      ...sent,
      source: 'webhook',
    });
  }
  return messageId;
}

class RolledBack extends Error {}

/** What `work` leaves, as `rows` sees it; then all of it is undone. */
async function leftBy(rows: string, work: (tx: Tx) => Promise<void>): Promise<unknown[]> {
  let left: unknown[] = [];
  const run = inTenant(world.pool, shop.tenantId, async (tx) => {
    await work(tx);
    left = (await tx.query(rows)).rows;
    throw new RolledBack();
  });
  await run.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return left;
}

const models = {
  waha_message_consumer:
    "select to_jsonb(delivery) - 'updated_at' as row from message_deliveries delivery order by message_id",
  contact_event_consumer:
    "select to_jsonb(entry) - array['position', 'transaction_id', 'created_at'] as row from contact_events entry order by position",
};

const types = ['created', 'sent', 'delivered', 'read', 'played', 'failed', 'edited', 'revoked', 'reaction_set'];
const fields = { sent: 'sentAt', delivered: 'deliveredAt', read: 'readAt', played: 'playedAt', failed: 'failedAt' };
/** An event of one of four messages; what its data says, and whether it says it at all, is by chance. */
const anyEvent = fc.record({
  message: fc.nat({ max: 3 }),
  type: fc.constantFrom(...types),
  minute: fc.integer({ min: 10, max: 59 }),
  names: fc.boolean(),
  fromMe: fc.boolean(),
  reason: fc.option(fc.constantFrom('gateway_refused', 'expired')),
  size: fc.integer({ min: 1, max: 9 }),
});

type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer One> ? One : never;

function eventsOf(drawn: readonly AnyEvent[], messages: readonly string[]): DeliveredEvent[] {
  const sequences = new Map<number, number>();
  return drawn.map(({ message, type: drawnType, minute, names, fromMe, reason }, n) => {
    const sequence = (sequences.get(message) ?? 0) + 1;
    sequences.set(message, sequence);
    // Each message begins with what creates it, mostly.
    const type = sequence === 1 && names ? 'created' : drawnType;
    const at = `2026-01-31T12:${minute}:00.000Z`;
    const field = fields[type as keyof typeof fields] ?? 'createdAt';
    const data = {
      fromMe,
      ...(names && { [field]: at, contactId: own.contactId }),
      ...(reason && { failureReason: reason }),
    };
    const more = { type: `message.${type}`, tenantId: shop.tenantId, data };
    const { event } = delivery(messages[message] ?? '', sequence, more);
    return { ...event, projectId: shop.projectId, time: `2026-01-31T11:00:${10 + (n % 50)}.000Z` };
  });
}

function chunksOf(events: readonly DeliveredEvent[], sizes: readonly number[]): DeliveredEvent[][] {
  const chunks: DeliveredEvent[][] = [];
  for (let from = 0; from < events.length; from += sizes[from] ?? 1)
    chunks.push(events.slice(from, from + (sizes[from] ?? 1)));
  return chunks;
}

describe('in batches, the rows are those of one by one', () => {
  for (const [name, rows] of Object.entries(models))
    test(name, async () => {
      const { handle, handleAll } = consumerOf(name);
      const signal = new AbortController().signal;
      const messages = [await writeMessage('queued'), await writeMessage('phone'), randomUUID(), randomUUID()];
      const drawn = fc.array(anyEvent, { minLength: 1, maxLength: 30 });
      const again = name === 'waha_message_consumer' ? fc.nat({ max: 10 }) : fc.constant(0);
      let written = 0;
      await fc.assert(
        fc.asyncProperty(drawn, again, async (all, seen) => {
          const events = eventsOf(all, messages);
          const oneByOne = await leftBy(rows, async (tx) => {
            for (const event of [...events.slice(0, seen), ...events]) await handle(event, tx, signal);
          });
          const sizes = all.map(({ size }) => size);
          const inBatches = await leftBy(rows, async (tx) => {
            // What the table has already, as after a replay, is passed over.
            for (const event of events.slice(0, seen)) await handle(event, tx, signal);
            for (const chunk of chunksOf(events, sizes)) await handleAll(chunk, tx, signal);
          });
          written += inBatches.length;
          assert.deepEqual(inBatches, oneByOne);
        }),
        { numRuns: 60 },
      );
      assert.ok(written > 60, `only ${written} rows`);
    });
});

describe('workflow_starter in batches', () => {
  type Scene = {
    readonly deliveries: Delivery[];
    readonly groups: readonly string[];
    readonly messages: readonly string[];
  };

  /** Six groups with three messages each, two of them taken back; three messages to be sent, three from the phone, three that came in. */
  async function setScene(seed: number): Promise<Scene> {
    const groups = Array.from({ length: 6 }, () => randomUUID());
    const queued = await Promise.all([1, 2, 3].map(() => writeMessage('queued')));
    const others = await Promise.all([1, 2, 3].map(() => writeMessage('phone')));
    const ofGroup = (type: string, groupId: string, sequence: number, data: object = {}): Delivery =>
      delivery(groupId, sequence, {
        type: `message_group.${type}`,
        aggregateType: 'message_group',
        tenantId: shop.tenantId,
        data: { groupId, ...data },
      });
    const created = (id: string, fromMe: boolean): Delivery =>
      delivery(id, 1, { type: 'message.created', tenantId: shop.tenantId, data: { fromMe } });
    const deliveries = [
      ...groups.flatMap((id, n) => [
        ofGroup('created', id, 1),
        ...[2, 3, 4].map((sequence) =>
          ofGroup('message_added', id, sequence, {
            messageId: `m${sequence}`,
            ...(n < 2 && sequence === 4 && { undone: true }),
          }),
        ),
      ]),
      ...[...queued, ...others].map((id) => created(id, true)),
      ...[1, 2, 3].map(() => created(randomUUID(), false)),
    ];
    return { deliveries: createSeeded(seed).shuffle(deliveries), groups, messages: [...queued, ...others] };
  }

  /** What Temporal has: by workflow, its type, input and signals; undefined: never started. */
  async function startedIn({ groups, messages }: Scene): Promise<unknown[]> {
    const ids = [...groups.map((id) => `message-group-${id}`), ...messages.map((id) => `send-message-${id}`)];
    return Promise.all(
      ids.map(async (id) => {
        const handle = temporal.client.workflow.getHandle(id);
        const history = await handle.fetchHistory().catch(() => undefined);
        const events = history?.events ?? [];
        const begun = events.filter(({ workflowExecutionStartedEventAttributes: started }) => started);
        const signals = events.filter(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled);
        const { searchAttributes = {} } = begun.length > 0 ? await handle.describe() : {};
        return {
          type: begun.map(({ workflowExecutionStartedEventAttributes: started }) => started?.workflowType?.name),
          signals: signals.length,
          attributes: Object.keys(searchAttributes).sort(),
        };
      }),
    );
  }

  async function take(consumer: Consumer, { deliveries }: Scene): Promise<Map<string, string>> {
    const effects = new Map<string, string>();
    await world.start([consumer], {
      observer: {
        effect: (_, effect, { event }) => void effects.set(event.id, effect),
        dead: (_, letter) => void effects.set(letter?.event.id ?? '', 'dead'),
      },
    });
    await world.sender.send(deliveries);
    await eventually(() => effects.size === deliveries.length, { timeoutMs: 60_000 });
    return effects;
  }

  const limits = { queueVersion: 1, retryDelaysMs: [20], maxAttempts: 2 };
  const gathered = { max: 25, waitMs: 300 };

  test('each workflow once, each signal once, as one by one', async () => {
    const { batch: _, ...single } = consumerOf('workflow_starter');
    const sizes: number[] = [];
    const batched = consumerOf('workflow_starter');
    const noting: Consumer = {
      ...batched,
      batch: gathered,
      handleAll: (events, tx, signal) => {
        sizes.push(events.length);
        return batched.handleAll(events, tx, signal);
      },
    };
    const [one, other] = [await setScene(1), await setScene(1)];
    await take({ ...single, ...limits }, one);
    await world.stopAll();
    await take({ ...noting, ...limits, name: 'workflow_starter_batched' }, other);
    assert.ok(
      sizes.some((size) => size > 10),
      `batches of ${sizes.join(', ')}`,
    );
    const started = await startedIn(other);
    assert.deepEqual(started, await startedIn(one));
    assert.deepEqual(
      started.map((each) => (each as { signals: number }).signals),
      [2, 2, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0],
    );
    assert.equal(started.filter((each) => (each as { type: string[] }).type.length === 1).length, 9);
  });

  test('a start that always fails is dead-lettered without a claim; the others of its batch have started', async () => {
    const scene = await setScene(2);
    const poison = `send-message-${scene.messages[0]}`;
    const workflow = new Proxy(temporal.client.workflow, {
      get: (client, key) => {
        const value: unknown = Reflect.get(client, key);
        if (key !== 'start' || typeof value !== 'function') return value;
        return (name: string, options: { workflowId: string }) =>
          options.workflowId === poison ? Promise.reject(new Error('refused')) : value.call(client, name, options);
      },
    });
    const client = new Proxy(temporal.client, {
      get: (whole, key) => (key === 'workflow' ? workflow : Reflect.get(whole, key)),
    });
    const name = 'workflow_starter_poisoned';
    const row = { ...consumerOf('workflow_starter', { client }), ...limits, name, batch: gathered };
    const effects = await take(row, scene);
    const bad = scene.deliveries.find(({ event }) => event.aggregateId === scene.messages[0])?.event.id ?? '';
    assert.equal(effects.get(bad), 'dead');
    assert.equal([...effects.values()].filter((effect) => effect === 'done').length, scene.deliveries.length - 1);
    assert.equal(await world.count('processed_events where consumer_name = $1 and event_id = $2', [name, bad]), 0);
    assert.equal(await world.count('processed_events where consumer_name = $1', [name]), scene.deliveries.length - 1);
    const started = (await startedIn(scene)).filter((each) => (each as { type: string[] }).type.length === 1);
    assert.equal(started.length, 8);
  });
});
