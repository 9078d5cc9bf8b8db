// The ways of broadcast, broadcastSending and broadcastPage: real steps, a gateway in memory. One broadcast takes a way through all three.
import type { WorkflowHandle } from '@temporalio/client';
import { broadcastChangedSignal, decideBroadcastUpdate, sagaSignals, workflowNames } from '../../../workflows/names.ts';
import { type BroadcastWorld, createBroadcastWorld } from '../broadcast-world.ts';
import { eventually } from '../eventually.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood } from '../switchboard.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

type Steering = {
  readonly handle: WorkflowHandle;
  readonly world: BroadcastWorld;
  readonly id: string;
  readonly stage: Stage;
};
type Options = {
  readonly count?: number;
  readonly ratePerMinute?: number;
  readonly scheduledInMs?: number;
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly steer?: (steering: Steering) => Promise<unknown>;
};

const way =
  (
    of: 'broadcast' | 'sending' | 'page',
    { count = 3, ratePerMinute = 600, scheduledInMs, faults = {}, steer }: Options,
  ): Way =>
  async (stage) => {
    const { product, switchboard } = stage;
    const world = createBroadcastWorld(product.database, await product.openShop());
    await world.activate();
    const { listId } = await world.newList(count);
    const id = await world.newBroadcast(listId, { ratePerMinute });
    if (scheduledInMs === undefined) await world.run('broadcast', id, 'broadcast.start');
    else {
      const scheduledAt = new Date(Date.now() + scheduledInMs).toISOString();
      await world.run('broadcast', id, 'broadcast.schedule', { scheduledAt });
    }
    const sends = { sendToGateway: async () => ({ outcome: 'sent' }), ...faults };
    for (const [activity, fault] of Object.entries(sends))
      switchboard.putAll(activity, (workflowId) => workflowId.includes(id) || activity === 'sendToGateway', fault);
    const input = { tenantId: world.tenantId, broadcastId: id, correlationId: id };
    const handle = await startWorkflow(stage, workflowNames.broadcast, { workflowId: `broadcast-${id}`, input });
    await steer?.({ handle, world, id, stage });
    await resultOf(handle);
    for (const activity of Object.keys(sends)) switchboard.clearAll(activity);
    if (of === 'broadcast') return handle;
    const sending = product.temporal.client.workflow.getHandle(`broadcast-${id}-sending`);
    return of === 'sending' ? sending : firstPageOf(stage, sending);
  };

/** The page that a sending started first. */
async function firstPageOf({ product }: Stage, sending: WorkflowHandle): Promise<WorkflowHandle> {
  const { events } = await sending.fetchHistory();
  const started = events?.find((event) => event.childWorkflowExecutionStartedEventAttributes);
  const workflowId = started?.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
  if (!workflowId) throw new Error('The sending started no page.');
  return product.temporal.client.workflow.getHandle(workflowId);
}

const isBegun = ({ world, id }: Steering): Promise<unknown> =>
  eventually(async () => {
    const { sending, sent } = await world.counts(id);
    return sending + sent > 0;
  });
const pausedAndResumed = async (steering: Steering): Promise<void> => {
  const { world, id, handle } = steering;
  await isBegun(steering);
  await world.run('broadcast', id, 'broadcast.pause');
  await handle.signal(broadcastChangedSignal);
  await eventually(async () => (await world.counts(id)).sending === 0);
  await world.run('broadcast', id, 'broadcast.resume');
  await handle.signal(broadcastChangedSignal);
};
const cancelled = async (steering: Steering): Promise<void> => {
  await isBegun(steering);
  await steering.handle.cancel();
};
const stuckThen =
  (signal: keyof typeof sagaSignals) =>
  async ({ handle, stage }: Steering): Promise<void> => {
    await untilStuck({ handle });
    if (signal === 'retry') stage.switchboard.clearAll('planPage');
    await handle.signal(sagaSignals[signal]);
  };
const paced = { count: 4, ratePerMinute: 60 };

/** It waits for an approval. */
const asked: Readonly<Record<string, Fault>> = { askForApproval: async () => ({ waitMs: 60_000 }) };
const decided =
  (isApproved: boolean) =>
  async ({ handle }: Steering): Promise<unknown> =>
    eventually(() =>
      handle.executeUpdate(decideBroadcastUpdate, { args: [{ isApproved, by: 'api_key:1', note: null }] }).then(
        () => true,
        () => false,
      ),
    );

/** By name. */
export const broadcastWays: Ways = {
  completed: way('broadcast', {}),
  scheduled: way('broadcast', { scheduledInMs: 2_000 }),
  'stuck-retried': way('broadcast', { faults: { planPage: fails() }, steer: stuckThen('retry') }),
  'stuck-aborted': way('broadcast', { faults: { planPage: fails() }, steer: stuckThen('abort') }),
  aborted: way('broadcast', {
    ...paced,
    steer: async (steering) => {
      await isBegun(steering);
      await steering.handle.signal(sagaSignals.abort);
    },
  }),
  cancelled: way('broadcast', { ...paced, steer: cancelled }),
  approved: way('broadcast', { faults: asked, steer: decided(true) }),
  refused: way('broadcast', { faults: asked, steer: decided(false) }),
};
export const broadcastSendingWays: Ways = {
  completed: way('sending', {}),
  paused: way('sending', { ...paced, steer: pausedAndResumed }),
  cancelled: way('sending', { ...paced, steer: cancelled }),
};
export const broadcastPageWays: Ways = {
  completed: way('page', {}),
  paced: way('page', paced),
  paused: way('page', { ...paced, steer: pausedAndResumed }),
  cancelled: way('page', { ...paced, steer: cancelled }),
  'send-refused': way('page', { faults: { sendToGateway: failsForGood } }),
};
