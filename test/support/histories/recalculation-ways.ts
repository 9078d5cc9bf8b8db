// The ways of recalculateContactList and recalculateDueLists: on small lists of shops of their own.
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { inTenant } from '../../../db/transaction.ts';
import { recalculationWorkflowId, sagaSignals, workflowNames } from '../../../workflows/names.ts';
import { eventually } from '../eventually.ts';
import { listStage } from '../list-stage.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood } from '../switchboard.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

type Options = {
  readonly fault?: readonly [activity: string, fault: Fault];
  readonly isDeleted?: boolean;
  readonly steer?: (handle: WorkflowHandle, stage: Stage) => Promise<unknown>;
};

/** Goes on until it is cancelled. */
const goesOn: Fault = async () => {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), 200);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beating);
  }
};

const way =
  ({ fault, isDeleted = false, steer }: Options): Way =>
  async (stage) => {
    const list = await listStage(stage.product, 3);
    const runId = await list.ask();
    if (isDeleted) await list.run('contactList', list.listId, 'contact_list.delete', {});
    if (fault) stage.switchboard.put(recalculationWorkflowId(runId), ...fault);
    const handle = await list.start(runId);
    await steer?.(handle, stage);
    await resultOf(handle);
    return handle;
  };

/** The pages are under way. */
const changes = ({ workflowId }: WorkflowHandle, { switchboard }: Stage): Promise<unknown> =>
  eventually(() => switchboard.running(workflowId).includes('changeContactList'));

/** By name. */
export const recalculationWays: Ways = {
  completed: way({}),
  refused: way({ isDeleted: true }),
  compensated: way({ fault: ['changeContactList', failsForGood] }),
  'stuck-aborted': way({
    fault: ['openRecalculation', fails()],
    async steer(handle) {
      await untilStuck({ handle });
      await handle.signal(sagaSignals.abort);
    },
  }),
  cancelled: way({
    fault: ['changeContactList', goesOn],
    async steer(handle, stage) {
      await changes(handle, stage);
      await handle.cancel();
    },
  }),
  aborted: way({
    fault: ['changeContactList', goesOn],
    async steer(handle, stage) {
      await changes(handle, stage);
      await handle.signal(sagaSignals.abort);
    },
  }),
};

let looks = 0;
const look = (stage: Stage): Promise<WorkflowHandle> => {
  looks += 1;
  return startWorkflow(stage, workflowNames.recalculateDueLists, { workflowId: `recalculate-due-lists-${looks}` });
};

/** Nothing but this one is asked for. */
async function endAll({ product }: Stage): Promise<void> {
  const { rows } = await product.database.systemPool.query<{ tenant_id: string }>(
    'select distinct tenant_id from contact_list_runs where ended_at is null',
  );
  for (const { tenant_id: tenantId } of rows)
    await inTenant(product.database.pool, tenantId, (tx) =>
      tx.query("update contact_list_runs set ended_at = now(), outcome = 'over' where tenant_id = $1", [tenantId]),
    );
}

/** By name. */
export const dueListsWays: Ways = {
  'nothing-due': async (stage) => {
    await endAll(stage);
    const handle = await look(stage);
    await resultOf(handle);
    return handle;
  },
  begun: async (stage) => {
    await endAll(stage);
    const list = await listStage(stage.product, 1);
    const runId = await list.ask();
    const handle = await look(stage);
    await resultOf(handle);
    await resultOf(stage.product.temporal.client.workflow.getHandle(recalculationWorkflowId(runId)));
    return handle;
  },
  'under-way': async (stage) => {
    await endAll(stage);
    const list = await listStage(stage.product, 1);
    const runId = await list.ask();
    stage.switchboard.put(recalculationWorkflowId(runId), 'openRecalculation', fails());
    const running = await list.start(runId);
    await untilStuck({ handle: running });
    const handle = await look(stage);
    await resultOf(handle);
    await running.signal(sagaSignals.abort);
    await resultOf(running);
    return handle;
  },
};
