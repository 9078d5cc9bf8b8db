// Saga metadata of the running activity: set by the activity interceptor, read by the command handler, carried by AsyncLocalStorage.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Which saga and step the current code runs for. `correlationId` is the saga's; `stepNumber` counts from 1. */
export type SagaContext = {
  readonly correlationId: string;
  readonly sagaType: string;
  readonly sagaStep: string;
  readonly stepNumber: number;
  readonly tenantId: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly undo: boolean;
};

const storage = new AsyncLocalStorage<SagaContext>();

/** Runs `work` as part of a saga's step. */
export function runInSaga<T>(context: SagaContext, work: () => T): T {
  return storage.run(context, work);
}

/** The saga this code runs for; undefined outside of one. */
export function currentSaga(): SagaContext | undefined {
  return storage.getStore();
}
