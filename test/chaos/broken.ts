// Builds that are wrong on purpose, each in one way that is often seen: the ledger must tell.
import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { openEvents } from '../../db/queries/open-sealed-parts.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import type { ContactEvent } from '../../domain/contact/events.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { currentSaga } from '../../platform/saga-context.ts';
import { exchangesOf, queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { type Delivery, parseDelivery } from '../../workers/consumers/parse-delivery.ts';
import { createConsumerStore, systemTime } from '../../workers/consumers/postgres-store.ts';
import { createProcessor } from '../../workers/consumers/process-delivery.ts';
import { driveRelay } from '../../workers/relay/drive-relay.ts';
import { toMessage } from '../../workers/relay/message.ts';
import { defaultRelayOptions, type PendingEvent } from '../../workers/relay/ports.ts';
import { createLeasePort, createOutboxPort, createRelayPool } from '../../workers/relay/postgres-ports.ts';
import { recordEffect } from './chaos-rows.ts';
import type { Ground } from './ground.ts';

/** A channel that publishes to the events exchange, with confirms. */
export async function openSender({ stack, onClose }: Ground) {
  const model = await amqp.connect(stack.amqpUrl);
  onClose(() => model.close().catch(() => undefined));
  const channel = await model.createConfirmChannel();
  const { events } = exchangesOf({ prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE });
  return async (event: PendingEvent): Promise<void> => {
    const { id, routingKey, body, headers } = toMessage(event);
    channel.publish(events, routingKey, body, { messageId: id, headers, persistent: true });
    await channel.waitForConfirms();
  };
}

type Ack = () => void;

/** Consumes by hand: `take` gets each delivery, the work that is its effect, and its ack. */
async function consumeByHand(
  { stack, database, onClose }: Ground,
  row: ConsumerRow,
  take: (effect: () => Promise<void>, ack: Ack) => void,
): Promise<void> {
  const model = await amqp.connect(stack.amqpUrl);
  onClose(() => model.close().catch(() => undefined));
  const channel = await model.createChannel();
  const handle = recordEffect(row.name);
  const { signal } = new AbortController();
  await channel.consume(queuesOf(stack.amqpPrefix, row).queue, (message) => {
    if (!message) return;
    const { event } = parseDelivery(message);
    take(
      () => inTenant(database.pool, event.tenantId, (tx: Tx) => handle(event, tx, signal)),
      () => channel.ack(message),
    );
  });
}

/** A consumer that acks before it commits, and is killed in between at every third message. */
export function ackBeforeCommit(ground: Ground, row: ConsumerRow): Promise<void> {
  let count = 0;
  return consumeByHand(ground, row, (effect, ack) => {
    ack();
    count += 1;
    if (count % 3 !== 0) void effect();
  });
}

/** A consumer whose effects are all there, and which never acks one. */
export function neverAck(ground: Ground, row: ConsumerRow): Promise<void> {
  return consumeByHand(ground, row, (effect) => void effect());
}

/** An ordered consumer that goes on with what it parked, and leaves it parked. */
export function keepParked({ database }: Ground, row: ConsumerRow): (delivery: Delivery) => Promise<unknown> {
  const processor = createProcessor(
    {
      store: {
        ...createConsumerStore(database.pool, database.systemPool),
        takeParked: async (tx, consumer, aggregateId, sequence) => {
          const { rows } = await tx.query<{ event_id: string; envelope: unknown }>(
            'select event_id, envelope from parked_events where consumer_name = $1 and aggregate_id = $2 and sequence = $3',
            [consumer, aggregateId, sequence],
          );
          const row = rows[0];
          return row && { aggregateId, sequence, eventId: row.event_id, skip: false, envelope: row.envelope };
        },
        movePosition: async (tx, consumer, aggregateId, sequence) => {
          const { rows } = await tx.query<{ more: boolean }>(
            `update consumer_positions set sequence = $3 where consumer_name = $1 and aggregate_id = $2
             returning exists (select from parked_events where consumer_name = $1 and aggregate_id = $2 and sequence = $3 + 1) as more`,
            [consumer, aggregateId, sequence],
          );
          return rows[0]?.more === true;
        },
      },
      time: systemTime,
      deadLetter: () => Promise.reject(new Error('nothing is given up here')),
      retryLater: () => Promise.reject(new Error('nothing is put off here')),
      observer: {},
      handlerTimeoutMs: 5_000,
      retryBaseMs: 10,
      patienceMs: 1_000,
    },
    { ...row, handle: recordEffect(row.name) },
  );
  const { signal } = new AbortController();
  return (delivery) => processor.process(delivery, signal);
}

/** Contacts whose fold forgets that a name was changed: the event is written, the row stays as it was. */
export function forgetfulContacts(): typeof aggregates.contact {
  const { decider } = aggregates.contact;
  if (decider.storage !== 'events')
    throw new Error('Contacts are no longer kept as their events: forget in another way.');
  const evolve = (state: Contact, event: ContactEvent): Contact =>
    event.type === 'contact.name_changed' ? state : decider.evolve(state, event);
  return { ...aggregates.contact, decider: { ...decider, evolve } };
}

/** A saga's step as one writes it first: does its work, notes that it is done, and never looks whether its undo came before. */
export function naiveStep({ database }: Ground, effect: (tx: Tx) => Promise<unknown>): Promise<void> {
  const saga = currentSaga();
  if (!saga) throw new Error('A step outside of a saga.');
  return inTenant(database.pool, saga.tenantId, async (tx) => {
    await effect(tx);
    await tx.query(
      `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state) values ($1, $2, $3, $4, $5, 'done')
       on conflict (tenant_id, workflow_id, step) do update set state = 'done', done_at = now()`,
      [saga.tenantId, saga.workflowId, saga.sagaStep, saga.stepNumber, saga.correlationId],
    );
  });
}

/** A relay that opens what is sealed before it sends it: convenient for every consumer. One round. */
export async function openingRelay(
  { admin, database }: Ground,
  send: (event: PendingEvent) => Promise<void>,
): Promise<void> {
  const { rows } = await admin.query(`select ${rowColumns} from outbox_events where status = 'pending' order by id`);
  for (const event of rows.map(toPending)) {
    const sealed = { aggregateId: event.aggregateId, type: event.type, data: JSON.parse(event.data) };
    const [opened] = await inTenant(database.pool, event.tenantId, (tx) => openEvents(database.keysOf(tx), [sealed]));
    await send({ ...event, data: JSON.stringify(opened?.data) });
    await admin.query("update outbox_events set status = 'processed' where event_id = $1", [event.eventId]);
  }
}

/** The product's relay with a publisher that says "confirmed" before the broker did; every third message never gets there. */
export function markBeforeConfirm(ground: Ground, send: (event: PendingEvent) => Promise<void>): void {
  const { stack, onClose } = ground;
  const pool = createRelayPool(stack.systemUrl, 'broken-relay', () => undefined);
  const processId = randomUUID();
  let count = 0;
  const relay = driveRelay(
    {
      leases: createLeasePort(pool, processId, 'broken-relay'),
      outbox: createOutboxPort(pool, processId),
      publisher: {
        ready: () => true,
        publish: (event, settle) => {
          count += 1;
          if (count % 3 !== 0) void send(event);
          queueMicrotask(() => settle({ kind: 'confirmed' }));
        },
      },
      now: () => performance.now(),
      random: Math.random,
      isBound: () => true,
      observer: {},
    },
    defaultRelayOptions,
    () => undefined,
  );
  relay.brokerChanged('open');
  onClose(async () => {
    await relay.stop();
    await pool.end();
  });
}

const rowColumns = `id, event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, tenant_id, correlation_id,
  created_at::text as created_at, metadata::text as metadata, event_data::text as data`;

function toPending(row: Record<string, unknown>): PendingEvent {
  const text = (name: string): string => String(row[name]);
  return {
    id: Number(row['id']),
    eventId: text('event_id'),
    aggregateId: text('aggregate_id'),
    aggregateType: text('aggregate_type'),
    sequence: Number(row['aggregate_sequence']),
    type: text('event_type'),
    version: text('event_version'),
    tenantId: text('tenant_id'),
    projectId: null,
    correlationId: text('correlation_id'),
    createdAt: text('created_at'),
    partition: 0,
    retryCount: 0,
    skip: false,
    metadata: text('metadata'),
    data: text('data'),
  };
}

/** A relay that remembers the last position it saw and asks for what is above. One round. */
export function cursorRelay({ admin }: Ground, send: (event: PendingEvent) => Promise<void>): () => Promise<void> {
  let last = 0;
  return async () => {
    const { rows } = await admin.query(
      `select ${rowColumns} from outbox_events where id > $1 and status = 'pending' order by id`,
      [last],
    );
    for (const event of rows.map(toPending)) {
      await send(event);
      await admin.query("update outbox_events set status = 'processed' where event_id = $1", [event.eventId]);
      last = event.id;
    }
  };
}

/** One of several relays that share the rows by SKIP LOCKED: takes a batch, and sends it when told to. */
export async function skipLockedRelay(
  { stack, onClose }: Ground,
  batch: number,
): Promise<{
  send: (each: (event: PendingEvent) => Promise<void>) => Promise<void>;
}> {
  const client = new pg.Client({ connectionString: stack.adminUrl });
  await client.connect();
  onClose(() => client.end());
  await client.query('begin');
  const { rows } = await client.query(
    `select ${rowColumns} from outbox_events where status = 'pending' order by id limit $1 for update skip locked`,
    [batch],
  );
  return {
    send: async (each) => {
      for (const event of rows.map(toPending)) {
        await each(event);
        await client.query("update outbox_events set status = 'processed' where event_id = $1", [event.eventId]);
      }
      await client.query('commit');
    },
  };
}
