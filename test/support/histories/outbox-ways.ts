// The ways of processOutboxEvents: what its one activity reports, and how it ends when that fails, falls silent or is stopped.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { DrainReport } from '../../../activities/process-outbox-events.ts';
import { workflowNames } from '../../../workflows/names.ts';
import { writeEvents } from '../events.ts';
import { type Fault, failsForGood, gate } from '../switchboard.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

type Options = {
  readonly prepare?: (stage: Stage) => Promise<unknown>;
  readonly fault?: Fault;
  readonly steer?: (handle: WorkflowHandle) => Promise<unknown>;
};

const way =
  ({ prepare, fault, steer }: Options): Way =>
  async (stage) => {
    const workflowId = `process-outbox-events-${randomUUID()}`;
    await prepare?.(stage);
    if (fault) stage.switchboard.put(workflowId, 'drainOutbox', fault);
    const handle = await startWorkflow(stage, workflowNames.processOutboxEvents, { workflowId });
    await steer?.(handle);
    await resultOf(handle);
    return handle;
  };

const reports =
  (report: DrainReport): Fault =>
  async () =>
    report;
const cancelledHere = gate('before');
const silentFrom = gate('before');

/** By name. */
export const outboxWays: Ways = {
  drained: way({
    prepare: ({ product }) =>
      writeEvents(product.database.systemPool, product.tenantId, [{ aggregateId: randomUUID(), sequence: 1 }]),
  }),
  'nothing-to-send': way({}),
  'relays-alive': way({ fault: reports({ outcome: 'relays alive', relays: 1, sent: 0 }) }),
  failed: way({ fault: failsForGood }),
  cancelled: way({
    fault: cancelledHere.fault,
    async steer(handle) {
      await cancelledHere.reached;
      await handle.cancel();
      cancelledHere.open();
    },
  }),
  // Like a worker that died: no heartbeat comes any more.
  silent: way({
    fault: silentFrom.fault,
    async steer(handle) {
      await resultOf(handle);
      silentFrom.open();
    },
  }),
};
