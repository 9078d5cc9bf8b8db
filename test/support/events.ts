// Events for tests of the backbone: rows written straight into the outbox, and what arrives at a consumer.
import pg from 'pg';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Consumer, ConsumerRow, DeliveredEvent, Handle } from '../../workers/consumers/consumer.ts';

/** An event to write; `data` defaults to `{ n: sequence }`, `version` to v1. */
export type TestEvent = {
  aggregateId: string;
  sequence: number;
  type?: string;
  version?: string;
  aggregateType?: string;
  data?: object;
};

/** Writes events of the tenant in one transaction, in the order given; answers their ids. */
export async function writeEvents(
  client: pg.Client | pg.Pool,
  tenantId: string,
  events: readonly TestEvent[],
): Promise<string[]> {
  const { rows } = await client.query<{ event_id: string }>(
    `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
       correlation_id, tenant_id, created_at)
     select gen_random_uuid(), e."aggregateId", coalesce(e."aggregateType", 'message'), e.sequence, coalesce(e.type, 'message.sent'), coalesce(e.version, 'v1'),
       coalesce(e.data, jsonb_build_object('n', e.sequence)), jsonb_build_object('causation_id', gen_random_uuid()), gen_random_uuid(), $1, clock_timestamp()
     from jsonb_to_recordset($2::jsonb) as e ("aggregateId" uuid, sequence bigint, type text, version text, "aggregateType" text, data jsonb)
     returning event_id`,
    [tenantId, JSON.stringify(events)],
  );
  await client.query('notify outbox_events');
  return rows.map(({ event_id }) => event_id);
}

/** An event whose position is drawn, and which commits when it is told to. */
export type LateEvent = {
  readonly eventId: string;
  readonly position: number;
  readonly commit: () => Promise<unknown>;
};

/** Writes an event of tenant `t`, sent as soon as it commits; that has to be within ten seconds. */
export function writeLate(
  systemPool: Pool,
  { aggregateId, aggregateType, sequence, type, data }: TestEvent,
): Promise<LateEvent> {
  return new Promise((resolve, reject) => {
    const { promise: told, resolve: commit } = gate();
    const written = inSystem(systemPool, async (tx) => {
      const { rows } = await tx.query<{ event_id: string; id: number }>(
        `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
           correlation_id, tenant_id, created_at, status)
         values (gen_random_uuid(), $1, $2, $3, $4, 'v1', $5, '{}', gen_random_uuid(), 't', clock_timestamp(), 'processed') returning event_id, id`,
        [aggregateId, aggregateType ?? 'message', sequence, type ?? 'message.sent', data ?? {}],
      );
      const [row] = rows;
      resolve({
        eventId: row?.event_id ?? '',
        position: row?.id ?? 0,
        commit: () => {
          commit();
          return written;
        },
      });
      await told;
    });
    written.catch(reject);
  });
}

function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

/** A row of the table of consumers for a test. */
export function testRow(name: string, on: ConsumerRow['on'], more: Partial<ConsumerRow> = {}): ConsumerRow {
  return { name, on, prefetch: 50, concurrency: 4, maxAttempts: 3, queueVersion: 1, retryDelaysMs: [20, 50], ...more };
}

/** A consumer that writes each effect as a row of `test_effects`, in the transaction of its claim. `before` may throw. */
export function effectConsumer(
  row: ConsumerRow,
  before: (event: DeliveredEvent) => void | Promise<void> = () => {},
): Consumer {
  const handle: Handle = async (event, tx) => {
    await before(event);
    await tx.query(
      'insert into test_effects (consumer, event_id, aggregate_id, sequence, tenant_id) values ($1, $2, $3, $4, $5)',
      [row.name, event.id, event.aggregateId, event.sequence, event.tenantId],
    );
  };
  return { ...row, handle };
}

/** Makes the table that `effectConsumer` writes; a doubled effect is a row more, not an error. */
export async function createEffectsTable(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(
    `create table test_effects (position bigint generated always as identity, consumer text, event_id uuid, aggregate_id uuid, sequence bigint, tenant_id text);
     grant select, insert on test_effects to app_user, app_system`,
  );
  await client.end();
}

/** One row of `test_effects`. */
export type Effect = { event_id: string; aggregate_id: string; sequence: number };

/** The effects of one consumer, in the order in which they were made. */
export async function effectsOf(pool: pg.Pool, consumer: string): Promise<Effect[]> {
  const { rows } = await pool.query<Effect>(
    'select event_id, aggregate_id, sequence from test_effects where consumer = $1 order by position',
    [consumer],
  );
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

/** How many effects came before an earlier event's of the same aggregate. */
export function inversions(effects: readonly { aggregate_id: string; sequence: number }[]): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { aggregate_id, sequence } of effects) {
    if (sequence < (last.get(aggregate_id) ?? 0)) count += 1;
    last.set(aggregate_id, Math.max(sequence, last.get(aggregate_id) ?? 0));
  }
  return count;
}
