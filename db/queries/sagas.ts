// Reads sagas: the list from the read model that their steps write, one saga with its steps, undos and events.
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { outboxEvents } from '../schema/outbox.ts';
import { type sagaStates, sagaSteps, sagas } from '../schema/sagas.ts';
import type { Tx } from '../transaction.ts';
import { equal, ofTenant } from './conditions.ts';
import { isoMicros } from './iso-text.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

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

/** One step: `done`, `undone`, `skipped` by an operator (as `undo:<step>`: it was not undone), or `forbidden` (its undo came before it had taken effect). */
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

const columns = {
  correlationId: sagas.correlationId,
  sagaType: sagas.sagaType,
  state: sagas.state,
  step: sagas.step,
  stepNumber: sagas.stepNumber,
  reason: sagas.reason,
  workflowId: sagas.workflowId,
  runId: sagas.runId,
  subjects: sagas.subjectIds,
  startedAt: isoMicros<string>(sagas.startedAt),
  updatedAt: isoMicros<string>(sagas.updatedAt),
  endedAt: isoMicros<string | null>(sagas.endedAt),
};

/** What the list can be narrowed to. */
export type SagaFilter = { readonly state?: SagaView['state'] | undefined; readonly sagaType?: string | undefined };

/** A page of sagas, the latest first. */
export async function listSagas(tx: Tx, filter: SagaFilter, page: PageRequest): Promise<Page<SagaView>> {
  const [time, id] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['time', 'uuid']);
  const rows: SagaView[] = await tx.db
    .select(columns)
    .from(sagas)
    .where(
      and(
        ofTenant(tx, sagas),
        equal(sagas.state, filter.state),
        equal(sagas.sagaType, filter.sagaType),
        time === undefined
          ? undefined
          : sql`(${sagas.startedAt}, ${sagas.correlationId}) < (${time}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(sagas.startedAt), desc(sagas.correlationId))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => [row.startedAt, row.correlationId]);
}

/** One saga; undefined when the tenant has none with this correlation id. */
export async function findSaga(tx: Tx, correlationId: string): Promise<SagaView | undefined> {
  const isIt = and(ofTenant(tx, sagas), eq(sagas.correlationId, correlationId));
  const rows: SagaView[] = await tx.db.select(columns).from(sagas).where(isIt);
  return rows[0];
}

/** Its steps in order. */
export function listSagaSteps(tx: Tx, correlationId: string): Promise<SagaStepView[]> {
  return tx.db
    .select({
      step: sagaSteps.step,
      stepNumber: sagaSteps.stepNumber,
      state: sagaSteps.state,
      doneAt: isoMicros<string>(sagaSteps.doneAt),
      undoneAt: isoMicros<string | null>(sagaSteps.undoneAt),
    })
    .from(sagaSteps)
    .where(and(ofTenant(tx, sagaSteps), eq(sagaSteps.correlationId, correlationId)))
    .orderBy(asc(sagaSteps.stepNumber), asc(sagaSteps.step));
}

/** Its first 500 events, in the order in which they were written. */
export function listSagaEvents(tx: Tx, correlationId: string): Promise<SagaEventView[]> {
  const { metadata } = outboxEvents;
  return tx.db
    .select({
      id: outboxEvents.eventId,
      type: outboxEvents.eventType,
      aggregateType: outboxEvents.aggregateType,
      aggregateId: outboxEvents.aggregateId,
      sequence: outboxEvents.aggregateSequence,
      sagaStep: sql<string | null>`${metadata} ->> 'saga_step'`,
      stepNumber: sql<number | null>`(${metadata} ->> 'step_number')::integer`,
      status: outboxEvents.status,
      createdAt: isoMicros<string>(outboxEvents.createdAt),
    })
    .from(outboxEvents)
    .where(and(ofTenant(tx, outboxEvents), eq(outboxEvents.correlationId, correlationId)))
    .orderBy(asc(outboxEvents.id))
    .limit(500);
}
