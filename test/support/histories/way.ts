// A way that a workflow can take through its code: the recorder of histories drives each, and the tests replay what came of it.
import type { WorkflowHandle } from '@temporalio/client';
import type { Product } from '../product.ts';
import type { Switchboard } from '../switchboard.ts';

/** What a way is driven with: the product with its workers, and faults for their activities. */
export type Stage = {
  readonly product: Product;
  readonly switchboard: Switchboard;
  /** The task queue of the worker that takes the inbound steps one by one; on the product's own they go together. */
  readonly oneByOneQueue: string;
};

/** Drives one workflow to its end. */
export type Way = (stage: Stage) => Promise<WorkflowHandle>;
/** Ways by name: `completed`, `stuck-retried`. */
export type Ways = Readonly<Record<string, Way>>;

/** Starts a workflow on the product's own task queue. */
export function startWorkflow(
  { product }: Stage,
  workflow: string,
  { workflowId, input }: { readonly workflowId: string; readonly input?: object },
): Promise<WorkflowHandle> {
  const { taskQueue } = product.stack;
  return product.temporal.client.workflow.start(workflow, { taskQueue, workflowId, args: input ? [input] : [] });
}

/** `completed`, or why not, as the workflow says. */
export const resultOf = (handle: WorkflowHandle): Promise<string> =>
  handle.result().then(
    () => 'completed',
    (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
  );
