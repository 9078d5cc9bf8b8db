// What a tenant's tables say: a picture of all state, the log of events, and whether a saga's traces agree with each other.
import assert from 'node:assert/strict';
import { getTableName } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { fromRow, type Row, type StateStore } from '../../db/state-store.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import type { Shop } from './shop.ts';

type Tenant = Pick<Shop, 'tenantId'>;

/** States of a kind of aggregate that are there for everyone, not for the log alone. */
const visible = {
  contact: 'deleted_at is null',
  chat: "status <> 'closed'",
  session: "end_reason is distinct from 'saga_compensated'",
  message: 'discarded_at is null',
  messageGroup: "status = 'pending'",
  tracking: "fields ->> 'withdrawn' is null",
  enrichment: "status <> 'failed'",
} as const;

type Kind = keyof typeof visible;
/** The state of one kind of aggregate. */
export type StateOf<K extends Kind> = ReturnType<(typeof aggregates)[K]['decider']['initialState']>;
type Identity = { readonly kind: string; readonly valueIndex: string; readonly contactId: string };

/** All visible state, opened: sealed columns look different each time they are written. */
export type World = { readonly [K in Kind]: readonly StateOf<K>[] } & { readonly identities: readonly Identity[] };

/** Takes the picture. When a pending message group is due is left out: each message moves it on, and none moves it back. */
export function pictureOf(database: Database, { tenantId }: Tenant): Promise<World> {
  return inTenant(database.pool, tenantId, async (tx) => {
    const identities = await tx.query<Identity>(
      `select kind, value_index as "valueIndex", contact_id as "contactId" from contact_identities where tenant_id = $1 order by kind, value_index`,
      [tenantId],
    );
    const of = <K extends Kind>(kind: K): Promise<StateOf<K>[]> => statesOf(database, tx, kind);
    const groups = await of('messageGroup');
    return {
      identities: identities.rows,
      contact: await of('contact'),
      chat: await of('chat'),
      session: await of('session'),
      message: await of('message'),
      messageGroup: groups.map((group) => ({ ...group, dueAt: null, lastMessageAt: null })),
      tracking: await of('tracking'),
      enrichment: await of('enrichment'),
    };
  });
}

/** The visible states of one kind, the oldest first. */
async function statesOf<K extends Kind>(database: Database, tx: Tx, kind: K): Promise<StateOf<K>[]> {
  const { store } = aggregates[kind] as unknown as { readonly store: StateStore<StateOf<K>> };
  const { rows } = await tx.query<Row>(
    `select * from ${getTableName(store.table)} where tenant_id = $1 and ${visible[kind]} order by id`,
    [tx.tenantId],
  );
  const keys = database.keysOf(tx);
  const states: StateOf<K>[] = [];
  for (const row of rows) states.push(await fromRow(store, row, keys));
  return states;
}

/** One event in the log, with the saga's metadata. */
export type Logged = {
  readonly position: number;
  readonly type: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly correlationId: string;
  readonly sagaType: string | null;
  readonly step: string | null;
  readonly stepNumber: number | null;
};

/** The tenant's log in order; of one saga when its correlation id is given. */
export async function logOf(database: Database, { tenantId }: Tenant, correlationId?: string): Promise<Logged[]> {
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query<Logged>(
      `select id::int as position, event_type as type, aggregate_id as "aggregateId", aggregate_sequence::int as sequence,
         correlation_id as "correlationId", metadata ->> 'saga_type' as "sagaType", metadata ->> 'saga_step' as step,
         (metadata ->> 'step_number')::int as "stepNumber"
       from outbox_events where tenant_id = $1 and ($2::uuid is null or correlation_id = $2) order by id`,
      [tenantId, correlationId ?? null],
    ),
  );
  return rows;
}

/** Each aggregate's events are numbered 1, 2, 3 … in the order in which they stand in the log. */
export function assertNoGaps(log: readonly Logged[]): void {
  const last = new Map<string, number>();
  for (const { aggregateId, sequence, type } of log) {
    assert.equal(sequence, (last.get(aggregateId) ?? 0) + 1, `a gap before ${type} of ${aggregateId}`);
    last.set(aggregateId, sequence);
  }
}

/** A saga's row, its raw event and its steps. */
export type SagaTraces = {
  readonly state: string;
  readonly step: string;
  readonly reason: string | null;
  readonly isEnded: boolean;
  readonly rawStatus: string;
  readonly steps: readonly { readonly step: string; readonly state: string; readonly number: number }[];
};

/** Reads them; undefined before the saga's first commit. */
export function tracesOf(
  database: Database,
  { tenantId }: Tenant,
  { rawEventId, workflowId }: { readonly rawEventId: string; readonly workflowId: string },
): Promise<SagaTraces | undefined> {
  return inTenant(database.pool, tenantId, async (tx) => {
    const { rows } = await tx.query<SagaTraces>(
      `select state, step, reason, ended_at is not null as "isEnded",
         (select status from raw_events where tenant_id = $1 and id = $3) as "rawStatus",
         coalesce((select jsonb_agg(jsonb_build_object('step', step, 'state', state, 'number', step_number) order by step_number)
           from saga_steps where tenant_id = $1 and workflow_id = $2), '[]') as steps
       from sagas where tenant_id = $1 and workflow_id = $2`,
      [tenantId, workflowId, rawEventId],
    );
    return rows[0];
  });
}
