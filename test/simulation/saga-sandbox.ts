// The product's workflow code in the SDK's own sandbox, without a server: whoever activates it plays the server's part.
// The sandbox is no public part of the SDK; the recorded histories (test/workflows) tell when it behaves as no worker does.
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
import type { coresdk } from '@temporalio/proto';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import { historyConfig } from '../support/history-config.ts';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/** One instance of a workflow in memory. A worker that dies takes it along; another is made from the history. */
export type Instance = {
  /** Gives it jobs; answers with its commands. Throws when the workflow task fails: then the code is wrong. */
  readonly activate: (
    jobs: readonly Job[],
    isReplaying: boolean,
  ) => Promise<readonly coresdk.workflow_commands.IWorkflowCommand[]>;
  readonly dispose: () => Promise<void>;
};

/** Makes instances. */
export type Sandbox = (workflowType: string) => Promise<Instance>;

/** Loads the bundle once. `alter` makes wrong builds of it. */
export async function createSandbox(
  activityNames: readonly string[],
  alter: (code: string) => string = (code) => code,
): Promise<Sandbox> {
  const code = alter(await readFile(await workflowBundlePath(historyConfig), 'utf8'));
  const filename = 'workflows.cjs';
  const sourceMap = { version: 3, sources: [], names: [], mappings: '', file: filename };
  // Not by its own `create`: that would watch every promise of this process for the sake of stack traces.
  const creator = new ReusableVMWorkflowCreator(
    new vm.Script(code, { filename }),
    { code, sourceMap: sourceMap as never, filename },
    5_000,
    new Set(activityNames),
  );
  let runs = 0;
  return async (workflowType) => {
    runs += 1;
    const runId = `run-${runs}`;
    const start = new Date(0);
    const info = {
      workflowId: 'saga',
      runId,
      firstExecutionRunId: runId,
      workflowType,
      namespace: 'simulation',
      taskQueue: 'simulation',
      attempt: 1,
      taskTimeoutMs: 10_000,
      startTime: start,
      runStartTime: start,
      searchAttributes: {},
      historyLength: 3,
      historySize: 0,
      continueAsNewSuggested: false,
      unsafe: { now: () => 0, isReplaying: false },
    };
    const options = { info, randomnessSeed: [1, 2, 3, 4], now: 0, showStackTraceSources: false };
    const workflow = await creator.createWorkflow(options as never);
    return {
      activate: async (jobs, isReplaying) => {
        const timestamp = { seconds: 0 as never, nanos: 0 };
        const completion = await workflow.activate({
          runId,
          timestamp,
          isReplaying,
          historyLength: 3,
          // What this version of the SDK notes in every history.
          availableInternalFlags: [1, 2, 3, 4],
          jobs: [...jobs],
        });
        await workflow.getAndResetSinkCalls();
        if (completion.failed) throw new Error(`the workflow task failed: ${completion.failed.failure?.message ?? ''}`);
        return completion.successful?.commands ?? [];
      },
      dispose: () => workflow.dispose(),
    };
  };
}
