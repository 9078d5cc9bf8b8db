// A saga's step as one commit: its key (workflow id + step) is claimed in the transaction of its effect, so that it takes effect once however often it runs.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '../db/deps.ts';
import type { Cause } from '../db/execute.ts';
import { inTenantRetrying, type Tx } from '../db/transaction.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { derivedId } from '../platform/clock.ts';
import { currentSaga, runInSaga, type SagaContext } from '../platform/saga-context.ts';

/** What a step's effect gets. `attempt` counts the runs of the transaction: from the second on, lock what you load. `isShared`: other steps are in the same commit. */
export type StepWork = {
  readonly tx: Tx;
  readonly saga: SagaContext;
  readonly cause: Cause;
  readonly attempt: number;
  readonly isShared: boolean;
};

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
  const shared = sharedCommit.getStore();
  if (shared) return runInShared(shared, saga, effect);
  return inTenantRetrying(database.pool, saga.tenantId, async (tx, attempt) => {
    const { known, isOpen } = await enterSaga(tx, saga);
    if (known?.state === 'done') return known.result as Result;
    if (known || !isOpen) throw tooLate(saga);
    const result = await effect({ tx, saga, cause: stepCause(saga), attempt, isShared: false });
    await claim(tx, [{ saga, result }]);
    return result;
  });
}

type Claim = { readonly saga: SagaContext; readonly result: object };
type SharedCommit = { readonly tx: Tx; readonly attempt: number; readonly claims: Claim[] };

const sharedCommit = new AsyncLocalStorage<SharedCommit>();

/** Whether the running step shares its commit with others: then it must not wait for the world outside. */
export function sharesCommit(): boolean {
  return sharedCommit.getStore() !== undefined;
}

/** Runs one named step of several that share a commit. */
export type InStep = <T>(name: string, stepNumber: number, run: () => Promise<T>) => Promise<T>;

/**
 * Runs several steps in one transaction: all take effect or none. Each still claims its own key and carries its own name into the log.
 * Gives the names of the steps done; null, without doing anything, when a step of this saga ran, or was forbidden, on its own before.
 */
export function runStepsTogether(
  database: Database,
  body: (inStep: InStep) => Promise<void>,
): Promise<readonly string[] | null> {
  const saga = requireSaga();
  return inTenantRetrying(
    database.pool,
    saga.tenantId,
    async (tx, attempt) => {
      const { rows } = await tx.query<{ names: string[]; finished: boolean }>(
        `select array_agg(step.step order by step.step_number) as names, bool_or(saga.state = 'completed') as finished from saga_steps step
         left join sagas saga using (tenant_id, correlation_id) where step.tenant_id = $1 and step.workflow_id = $2 having count(*) > 0`,
        [saga.tenantId, saga.workflowId],
      );
      // All of it had committed before, and only the answer was lost; or the steps are on their own way already.
      if (rows[0]) return rows[0].finished ? rows[0].names : null;
      const shared: SharedCommit = { tx, attempt, claims: [] };
      await sharedCommit.run(shared, () =>
        body((sagaStep, stepNumber, run) => runInSaga({ ...saga, sagaStep, stepNumber }, run)),
      );
      await claim(tx, shared.claims);
      return shared.claims.map(({ saga: { sagaStep } }) => sagaStep);
    },
    3,
  );
}

async function runInShared<Result extends object>(
  { tx, attempt, claims }: SharedCommit,
  saga: SagaContext,
  effect: (work: StepWork) => Promise<Result>,
): Promise<Result> {
  const result = await effect({ tx, saga, cause: stepCause(saga), attempt, isShared: true });
  claims.push({ saga, result });
  return result;
}

async function claim(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const rows = claims.map(({ saga, result }) => ({
    tenant_id: saga.tenantId,
    workflow_id: saga.workflowId,
    step: saga.sagaStep,
    step_number: saga.stepNumber,
    correlation_id: saga.correlationId,
    result,
  }));
  await tx.query(
    `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state, result)
     select tenant_id, workflow_id, step, step_number, correlation_id, 'done', result from jsonb_to_recordset($1::jsonb)
       as claim (tenant_id text, workflow_id text, step text, step_number integer, correlation_id uuid, result jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** Undoes a step once. If it never took effect its key is claimed as forbidden, so that a late run can't take effect after all. */
export function undoStep<Result extends object>(
  database: Database,
  effect: (work: StepWork & { readonly result: Result }) => Promise<void>,
): Promise<void> {
  const saga = requireSaga();
  return inTenantRetrying(database.pool, saga.tenantId, async (tx, attempt) => {
    const { known } = await enterSaga(tx, saga);
    if (!known) {
      await tx.query(
        `insert into saga_steps (tenant_id, workflow_id, step, step_number, correlation_id, state) values ($1, $2, $3, $4, $5, 'forbidden')`,
        [saga.tenantId, saga.workflowId, saga.sagaStep, saga.stepNumber, saga.correlationId],
      );
      return;
    }
    if (known.state !== 'done') return;
    await effect({ tx, saga, cause: stepCause(saga), attempt, isShared: false, result: known.result as Result });
    await tx.query(
      `update saga_steps set state = 'undone', undone_at = now() where tenant_id = $1 and workflow_id = $2 and step = $3`,
      [saga.tenantId, saga.workflowId, saga.sagaStep],
    );
  });
}

/** How the saga's row names its place: from the first undo on it only ever names undos, and that seals it. */
export function rowStep({ sagaStep, undo }: SagaContext): string {
  return undo ? `undo:${sagaStep}` : sagaStep;
}

/** SQL: the saga may still take steps. */
export const notSealed = "coalesce(sagas.step, '') not like 'undo:%'";

/** The refusal of a step that comes after its saga was sealed or ended. */
export function tooLate({ sagaStep }: SagaContext): DomainError {
  return new DomainError(
    'precondition_failed',
    `The step ${sagaStep} comes too late: its saga is being undone or over.`,
  );
}

/**
 * Writes where the saga is and reads the step's key, in one round trip. The row is held until the end of the transaction. `isOpen` false: the
 * saga has ended, or this is a step and the saga was sealed.
 */
export async function enterSaga(
  tx: Tx,
  saga: SagaContext,
): Promise<{ readonly known: StepRow | undefined; readonly isOpen: boolean }> {
  const { rows } = await tx.query<{ state: StepRow['state'] | null; result: unknown; isOpen: boolean }>(
    `with entered as (
       insert into sagas (tenant_id, correlation_id, workflow_id, run_id, saga_type, state, step, step_number) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant_id, correlation_id) do update set state = excluded.state, step = excluded.step, step_number = excluded.step_number,
         run_id = excluded.run_id, updated_at = now() where sagas.ended_at is null and (excluded.step like 'undo:%' or ${notSealed})
       returning 1)
     select exists (select from entered) as "isOpen", step.state, step.result from (select 1) as one
       left join saga_steps step on step.tenant_id = $1 and step.workflow_id = $3 and step.step = $9`,
    [
      saga.tenantId,
      saga.correlationId,
      saga.workflowId,
      saga.runId,
      saga.sagaType,
      saga.undo ? 'compensating' : 'running',
      rowStep(saga),
      saga.stepNumber,
      saga.sagaStep,
    ],
  );
  const row = rows[0];
  return {
    known: row?.state ? { state: row.state, result: row.result } : undefined,
    isOpen: row?.isOpen ?? false,
  };
}
