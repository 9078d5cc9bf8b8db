// Builds that are wrong on purpose, each in one way that is often seen: the ledger must tell.
import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';
import pg from 'pg';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { exchangesOf, queuesOf } from '../../workers/amqp/topology.ts';
import type { ConsumerRow } from '../../workers/consumers/consumer.ts';
import { parseDelivery } from '../../workers/consumers/parse-delivery.ts';
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

/** A consumer that acks before it commits, and is killed in between at every third message. */
export async function ackBeforeCommit({ stack, database, onClose }: Ground, row: ConsumerRow): Promise<void> {
  const model = await amqp.connect(stack.amqpUrl);
  onClose(() => model.close().catch(() => undefined));
  const channel = await model.createChannel();
  let count = 0;
  const handle = recordEffect(row.name);
  await channel.consume(queuesOf(stack.amqpPrefix, row).queue, (message) => {
    if (!message) return;
    channel.ack(message);
    count += 1;
    if (count % 3 === 0) return;
    const { event } = parseDelivery(message);
    const { signal } = new AbortController();
    void inTenant(database.pool, event.tenantId, (tx: Tx) => handle(event, tx, signal));
  });
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
