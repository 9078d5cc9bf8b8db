// What every saga writes about itself beside its steps: that it is stuck, and its last word.
import type { Database } from '../db/deps.ts';
import { inTenantRetrying, type Tx } from '../db/transaction.ts';
import type { SagaContext } from '../platform/saga-context.ts';
import type { SagaOutcome } from '../workflows/saga.ts';
import { requireSaga } from './saga-steps.ts';

/** Told of every saga that got stuck or ended, for metrics and the log. */
export type SagaListener = (
  saga: SagaContext,
  state: 'stuck' | 'completed' | 'compensated' | 'failed',
  reason: string | null,
) => void;

/** The activities of the framework. */
export type SagaActivities = ReturnType<typeof createSagaActivities>;

/** Makes them. */
export function createSagaActivities(database: Database, listener: SagaListener) {
  return {
    /** Notes that the saga waits for an operator. */
    async noteSaga({ state, reason }: { state: 'stuck'; reason: string }): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, (tx) => writeSaga(tx, saga, { state, reason }));
      listener(saga, state, reason);
    },
    /** Notes how the saga ended. */
    async settleSaga({ state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, saga.tenantId, (tx) => writeSaga(tx, saga, { state, reason }));
      listener(saga, state, reason);
    },
  };
}

/** Writes the saga's row; `subjectIds` are the aggregates it was about. Ended states set `ended_at`. */
export async function writeSaga(
  tx: Tx,
  saga: SagaContext,
  to: {
    readonly state: 'stuck' | 'completed' | 'compensated' | 'failed';
    readonly reason?: string;
    readonly subjectIds?: Readonly<Record<string, string | null>>;
  },
): Promise<void> {
  await tx.query(
    `insert into sagas (tenant_id, correlation_id, workflow_id, run_id, saga_type, state, step, step_number, reason, subject_ids, ended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $6 = 'stuck' then null else now() end)
     on conflict (tenant_id, correlation_id) do update set state = excluded.state, step = excluded.step, step_number = excluded.step_number,
       reason = excluded.reason, subject_ids = sagas.subject_ids || excluded.subject_ids, updated_at = now(), ended_at = excluded.ended_at`,
    [
      saga.tenantId,
      saga.correlationId,
      saga.workflowId,
      saga.runId,
      saga.sagaType,
      to.state,
      saga.sagaStep,
      saga.stepNumber,
      to.reason ?? null,
      JSON.stringify(to.subjectIds ?? {}),
    ],
  );
}
