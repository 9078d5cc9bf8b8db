// Reads sagas: the list from the read model that their steps write, one saga with its steps, undos and events.
import type { Tx } from '../transaction.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';
import { bind, where } from './read-state.ts';

/** What a saga's `state` can be. */
export const sagaStates = ['running', 'stuck', 'compensating', 'completed', 'compensated', 'failed'] as const;

/** One saga of the list. Times are ISO 8601. */
export type SagaView = {
  readonly correlationId: string;
  readonly sagaType: string;
  readonly state: (typeof sagaStates)[number];
  readonly step: string | null;
  readonly stepNumber: number;
  readonly reason: string | null;
  readonly workflowId: string;
  readonly runId: string | null;
  readonly subjects: unknown;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
};

/** One step: `done`, `undone`, `skipped`, or `forbidden` (its undo came before it had taken effect). */
export type SagaStepView = {
  readonly step: string;
  readonly stepNumber: number;
  readonly state: string;
  readonly doneAt: string;
  readonly undoneAt: string | null;
};

/** One event that a saga's step caused. */
export type SagaEventView = {
  readonly id: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly sagaStep: string | null;
  readonly stepNumber: number | null;
  readonly status: string;
  readonly createdAt: string;
};

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const columns = `correlation_id as "correlationId", saga_type as "sagaType", state, step, step_number as "stepNumber", reason,
  workflow_id as "workflowId", run_id as "runId", subject_ids as subjects, ${iso('started_at')} as "startedAt", ${iso('updated_at')} as "updatedAt",
  ${iso('ended_at')} as "endedAt"`;

/** What the list can be narrowed to. */
export type SagaFilter = { readonly state?: string | undefined; readonly sagaType?: string | undefined };

/** A page of sagas, the latest first. */
export async function listSagas(tx: Tx, filter: SagaFilter, page: PageRequest): Promise<Page<SagaView>> {
  const [time, id] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['time', 'uuid']);
  const { sql, values } = bind([
    where('tenant_id = ?', tx.tenantId),
    ...(filter.state ? [where('state = ?', filter.state)] : []),
    ...(filter.sagaType ? [where('saga_type = ?', filter.sagaType)] : []),
    ...(time === undefined ? [] : [where('(started_at, correlation_id) < (?::timestamptz, ?::uuid)', time, id)]),
  ]);
  const { rows } = await tx.query<SagaView>(
    `select ${columns} from sagas where ${sql} order by started_at desc, correlation_id desc limit ${page.limit + 1}`,
    values,
  );
  return toPage(rows, page.limit, (row) => [row.startedAt, row.correlationId]);
}

/** One saga; undefined when the tenant has none with this correlation id. */
export async function findSaga(tx: Tx, correlationId: string): Promise<SagaView | undefined> {
  const { rows } = await tx.query<SagaView>(
    `select ${columns} from sagas where tenant_id = $1 and correlation_id = $2`,
    [tx.tenantId, correlationId],
  );
  return rows[0];
}

/** Its steps in order. */
export async function listSagaSteps(tx: Tx, correlationId: string): Promise<SagaStepView[]> {
  const { rows } = await tx.query<SagaStepView>(
    `select step, step_number as "stepNumber", state, ${iso('done_at')} as "doneAt", ${iso('undone_at')} as "undoneAt"
     from saga_steps where tenant_id = $1 and correlation_id = $2 order by step_number, step`,
    [tx.tenantId, correlationId],
  );
  return rows;
}

/** Its first 500 events, in the order in which they were written. */
export async function listSagaEvents(tx: Tx, correlationId: string): Promise<SagaEventView[]> {
  const { rows } = await tx.query<SagaEventView>(
    `select event_id as id, event_type as type, aggregate_type as "aggregateType", aggregate_id as "aggregateId", aggregate_sequence as sequence,
       metadata ->> 'saga_step' as "sagaStep", (metadata ->> 'step_number')::integer as "stepNumber", status, ${iso('created_at')} as "createdAt"
     from outbox_events o where tenant_id = $1 and correlation_id = $2 order by o.id limit 500`,
    [tx.tenantId, correlationId],
  );
  return rows;
}
