// What every saga writes about itself beside its steps: that it is stuck, and its last word.
import type { Database } from '../db/deps.ts';
import { inTenantRetrying, type Tx } from '../db/transaction.ts';
import type { SagaContext } from '../platform/saga-context.ts';
import type { SagaOutcome } from '../workflows/saga.ts';
import { enterSaga, notSealed, requireSaga, rowStep, tooLate } from './saga-steps.ts';

/** Told of every saga that got stuck or ended, for metrics and the log. */
export type SagaListener = (
  saga: SagaContext,
  state: 'stuck' | 'completed' | 'compensated' | 'failed',
  reason: string | null,
) => void;

/** What sealing found: how the saga had ended, if it had, and the steps that are done, by their number. */
export type SealedSaga = {
  readonly ended: 'completed' | 'compensated' | 'failed' | null;
  readonly reason: string | null;
  readonly steps: readonly { readonly name: string; readonly number: number }[];
};

/** Where a saga is that has not ended, and why that is told. */
type Held = 'stuck' | 'paused' | 'running';

/** The activities of the framework. */
export type SagaActivities = ReturnType<typeof createSagaActivities>;

/** Makes them. */
export function createSagaActivities(database: Database, listener: SagaListener) {
  async function note(to: { readonly state: Held | SagaOutcome['state']; readonly reason: string }): Promise<boolean> {
    const saga = requireSaga();
    const isNews = await inTenantRetrying(database.pool, saga.tenantId, (tx) => writeSaga(tx, saga, to));
    if (isNews && to.state !== 'paused' && to.state !== 'running') listener(saga, to.state, to.reason);
    return isNews;
  }
  return {
    /** Notes that the saga waits for an operator, or goes on; false: it has ended, or is sealed, and the workflow does not know yet. */
    noteSaga: ({ state, reason }: { state: Held; reason: string }) => note({ state, reason }),
    /** Notes that an operator had a step, or its undo, left out: the step's key is taken, so that a run that comes late takes no effect. */
    async noteSkip(): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, (tx) =>
        // A step that took effect without its answer being heard is done, whatever the operator thought.
        tx.query(
          `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state) values ($1, $2, $3, $4, $5, 'skipped')
           on conflict (tenant_id, workflow_id, step) do nothing`,
          [saga.tenantId, saga.workflowId, rowStep(saga), saga.stepNumber, saga.correlationId],
        ),
      );
    },
    /** Notes how the saga ended. */
    async settleSaga({ state, reason }: SagaOutcome): Promise<void> {
      await note({ state, reason });
    },
    /** Lets no further step take effect, and tells how far the saga came. */
    sealSaga(): Promise<SealedSaga> {
      const saga = requireSaga();
      return inTenantRetrying(database.pool, saga.tenantId, (tx) => seal(tx, saga));
    },
  };
}

async function seal(tx: Tx, saga: SagaContext): Promise<SealedSaga> {
  // A step that is under way holds the row: it is waited for here, and found done below.
  await enterSaga(tx, saga);
  const { rows } = await tx.query<{
    state: string;
    reason: string | null;
    endedAt: Date | null;
    steps: SealedSaga['steps'];
  }>(
    `select state, reason, ended_at as "endedAt", coalesce((select jsonb_agg(jsonb_build_object('name', step, 'number', step_number) order by step_number)
       from saga_steps where tenant_id = $1 and workflow_id = $3 and state = 'done'), '[]') as steps
     from sagas where tenant_id = $1 and correlation_id = $2`,
    [saga.tenantId, saga.correlationId, saga.workflowId],
  );
  const row = rows[0];
  if (!row) throw new Error('A saga without a row can not be sealed.');
  return {
    ended: row.endedAt === null ? null : (row.state as SealedSaga['ended']),
    reason: row.reason,
    steps: row.steps,
  };
}

const isHeld = (state: string): state is Held => state === 'stuck' || state === 'paused' || state === 'running';

/**
 * Writes the saga's row; `subjectIds` are the aggregates it was about. Ended states set `ended_at`, and nothing is written after them: false.
 * Throws precondition_failed when a saga that is being undone is said to have completed.
 */
export async function writeSaga(
  tx: Tx,
  saga: SagaContext,
  to: {
    readonly state: Held | SagaOutcome['state'] | 'completed';
    readonly reason?: string;
    readonly subjectIds?: Readonly<Record<string, string | null>>;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into sagas (tenant_id, correlation_id, workflow_id, run_id, saga_type, state, step, step_number, reason, subject_ids, ended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $6 in ('stuck', 'paused', 'running') then null else now() end)
     on conflict (tenant_id, correlation_id) do update set state = excluded.state, step = excluded.step, step_number = excluded.step_number,
       reason = excluded.reason, subject_ids = sagas.subject_ids || excluded.subject_ids, updated_at = now(), ended_at = excluded.ended_at
       where sagas.ended_at is null and (excluded.state in ('compensated', 'failed') or excluded.step like 'undo:%' or ${notSealed})`,
    [
      saga.tenantId,
      saga.correlationId,
      saga.workflowId,
      saga.runId,
      saga.sagaType,
      to.state,
      isHeld(to.state) ? rowStep(saga) : saga.sagaStep,
      saga.stepNumber,
      to.reason ?? null,
      JSON.stringify(to.subjectIds ?? {}),
    ],
  );
  if (rowCount === 0 && to.state === 'completed') throw tooLate(saga);
  return rowCount === 1;
}

/** Whether its last word is written. */
export async function isSettled(tx: Tx, { tenantId, correlationId }: SagaContext): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from sagas where tenant_id = $1 and correlation_id = $2 and ended_at is not null',
    [tenantId, correlationId],
  );
  return (rowCount ?? 0) > 0;
}
