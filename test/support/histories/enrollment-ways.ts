// The ways of enrollment: contacts of shops of their own, in campaigns and sequences whose steps need no time, or more of it than a test has.
import type { WorkflowHandle } from '@temporalio/client';
import { enrollmentNewsSignal, sagaSignals, workflowNames } from '../../../workflows/names.ts';
import { type Entered, enterCampaign, enterSequence } from '../enrollment-stage.ts';
import { eventually } from '../eventually.ts';
import { untilStuck } from '../stuck-run.ts';
import { failsForGood } from '../switchboard.ts';
import { resultOf, startWorkflow, type Way, type Ways } from './way.ts';

type Options = {
  readonly enter: (world: Parameters<typeof enterSequence>[0]) => Promise<Entered>;
  readonly isBroken?: boolean;
  readonly steer?: (handle: WorkflowHandle, entered: Entered, mend: () => void) => Promise<unknown>;
};

const way =
  ({ enter, isBroken = false, steer }: Options): Way =>
  async (stage) => {
    const { product, switchboard } = stage;
    const entered = await enter({ database: product.database, ...(await product.openShop()) });
    const { tenantId, family, enrollmentId } = entered;
    const workflowId = `enrollment-${enrollmentId}`;
    if (isBroken) switchboard.put(workflowId, 'tendEnrollment', failsForGood);
    const input = { tenantId, family, enrollmentId };
    const handle = await startWorkflow(stage, workflowNames.enrollment, { workflowId, input });
    await steer?.(handle, entered, () => switchboard.clear(workflowId, 'tendEnrollment'));
    await resultOf(handle);
    return handle;
  };

/** Stands still until something is due. */
const waits = (handle: WorkflowHandle): Promise<unknown> =>
  eventually(async () => (await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer));

const slow = (world: Parameters<typeof enterSequence>[0]) => enterSequence(world, { days: [30] });

/** By name. */
export const enrollmentWays: Ways = {
  'sequence-completed': way({ enter: (world) => enterSequence(world, { days: [0, 0] }) }),
  'campaign-completed': way({
    enter: (world) =>
      enterCampaign(world, ({ newId }) => {
        const last = newId();
        return [
          {
            ...{ stepId: newId(), stepType: 'condition', elseStepId: last },
            condition: { type: 'tag', operator: 'has', tag: 'vip' },
          },
          { stepId: newId(), stepType: 'wait', waitFor: 'reply', timeoutHours: 1 },
          { stepId: last, stepType: 'delay', delay: { amount: 0, unit: 'days' } },
        ];
      }),
  }),
  exited: way({
    enter: slow,
    async steer(handle, { run }) {
      await waits(handle);
      await run('exit', { reason: 'asked to' });
      await handle.signal(enrollmentNewsSignal);
    },
  }),
  'paused-and-exited': way({
    enter: slow,
    async steer(handle, { run }) {
      await waits(handle);
      for (const [verb, data] of [
        ['pause', {}],
        ['resume', {}],
        ['exit', { reason: 'asked to' }],
      ] as const) {
        await run(verb, data);
        await handle.signal(enrollmentNewsSignal);
      }
    },
  }),
  'stuck-retried': way({
    enter: (world) => enterSequence(world, { days: [0] }),
    isBroken: true,
    async steer(handle, _, mend) {
      await untilStuck({ handle });
      mend();
      await handle.signal(sagaSignals.retry);
    },
  }),
  'stuck-aborted': way({
    enter: slow,
    isBroken: true,
    async steer(handle) {
      await untilStuck({ handle });
      await handle.signal(sagaSignals.abort);
    },
  }),
  cancelled: way({
    enter: slow,
    async steer(handle) {
      await waits(handle);
      await handle.cancel();
    },
  }),
};
