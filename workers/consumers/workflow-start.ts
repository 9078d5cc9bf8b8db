// One start of a workflow, or a signal to it, as the table of events names it and the starter carries it out.
import type { TypedSearchAttributes } from '@temporalio/common';

/**
 * What is started: ids only, never personal data. `signal`: delivered to the workflow, which is started first if it does not run, unless it is only for one
 * that does (`toRunning`). `isLarge`: on the queue of what comes in large numbers.
 */
export type WorkflowStart = {
  readonly workflow: string;
  readonly workflowId: string;
  readonly input: object;
  /** By which a saga is found in Temporal; what is no saga has none. */
  readonly searchAttributes?: TypedSearchAttributes;
  readonly signal?: { readonly name: string; readonly args: readonly unknown[]; readonly toRunning?: true };
  readonly isLarge?: true;
};
