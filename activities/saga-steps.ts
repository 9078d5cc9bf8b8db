// A saga's step as one commit: its key (workflow id + step) is claimed in the transaction of its effect, so that it takes effect once however often it runs.

import type { Database } from '../db/deps.ts';
import type { Cause } from '../db/execute.ts';
import { inTenantRetrying, type Tx } from '../db/transaction.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { derivedId } from '../platform/clock.ts';
import { currentSaga, type SagaContext } from '../platform/saga-context.ts';

/** What a step's effect gets. `attempt` counts the runs of the transaction: from the second on, lock what you load. */
export type StepWork = { readonly tx: Tx; readonly saga: SagaContext; readonly cause: Cause; readonly attempt: number };

type StepRow = { readonly state: 'done' | 'undone' | 'forbidden' | 'skipped'; readonly result: unknown };

/** The saga the running activity belongs to. Throws when it has none: steps only run inside sagas. */
export function requireSaga(): SagaContext {
  const saga = currentSaga();
  if (!saga) throw new Error('A saga step ran outside of a saga.');
  return saga;
}

/** What an event names as its cause: the step itself. */
export function stepCause(saga: SagaContext): Cause {
  return {
    causationId: derivedId('saga step', saga.workflowId, saga.sagaStep, saga.undo ? 'undo' : 'do'),
    correlationId: saga.correlationId,
  };
}

/** Runs a step's effect once. A second run gets the first one's result; a run after its undo is refused for good (`precondition_failed`). Results hold ids only. */
export function runStep<Result extends object>(
  database: Database,
  effect: (work: StepWork) => Promise<Result>,
): Promise<Result> {
  const saga = requireSaga();
  return inTenantRetrying(database.pool, saga.tenantId, async (tx, attempt) => {
    const known = await enter(tx, saga, 'running');
    if (known?.state === 'done') return known.result as Result;
    if (known) throw new DomainError('precondition_failed', `The step ${saga.sagaStep} was undone before it ran.`);
    const result = await effect({ tx, saga, cause: stepCause(saga), attempt });
    await tx.query(
      `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state, result) values ($1, $2, $3, $4, $5, 'done', $6)`,
      [saga.tenantId, saga.workflowId, saga.sagaStep, saga.stepNumber, saga.correlationId, JSON.stringify(result)],
    );
    return result;
  });
}

/** Undoes a step once. If it never took effect its key is claimed as forbidden, so that a late run can't take effect after all. */
export function undoStep<Result extends object>(
  database: Database,
  effect: (work: StepWork & { readonly result: Result }) => Promise<void>,
): Promise<void> {
  const saga = requireSaga();
  return inTenantRetrying(database.pool, saga.tenantId, async (tx, attempt) => {
    const known = await enter(tx, saga, 'compensating');
    if (!known) {
      await tx.query(
        `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state) values ($1, $2, $3, $4, $5, 'forbidden')`,
        [saga.tenantId, saga.workflowId, saga.sagaStep, saga.stepNumber, saga.correlationId],
      );
      return;
    }
    if (known.state !== 'done') return;
    await effect({ tx, saga, cause: stepCause(saga), attempt, result: known.result as Result });
    await tx.query(
      `update saga_steps set state = 'undone', undone_at = now() where tenant_id = $1 and workflow_id = $2 and step = $3`,
      [saga.tenantId, saga.workflowId, saga.sagaStep],
    );
  });
}

/** Writes where the saga is and reads the step's key, in one round trip. */
async function enter(tx: Tx, saga: SagaContext, state: 'running' | 'compensating'): Promise<StepRow | undefined> {
  const { rows } = await tx.query<StepRow>(
    `with entered as (
       insert into sagas (tenant_id, correlation_id, workflow_id, run_id, saga_type, state, step, step_number) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant_id, correlation_id) do update set state = excluded.state, step = excluded.step, step_number = excluded.step_number,
         run_id = excluded.run_id, updated_at = now())
     select state, result from saga_steps where tenant_id = $1 and workflow_id = $3 and step = $7`,
    [
      saga.tenantId,
      saga.correlationId,
      saga.workflowId,
      saga.runId,
      saga.sagaType,
      state,
      saga.sagaStep,
      saga.stepNumber,
    ],
  );
  return rows[0];
}
