// The ways of automationWait: on automations of shops of their own, with a clock that the test moves by having the trigger changed.
import type { WorkflowHandle } from '@temporalio/client';
import { sagaSignals, waitNewsSignal, workflowNames } from '../../../workflows/names.ts';
import { eventually } from '../eventually.ts';
import { untilStuck } from '../stuck-run.ts';
import { fails } from '../switchboard.ts';
import { waitStage } from '../wait-stage.ts';
import { resultOf, startWorkflow, type Way, type Ways } from './way.ts';

type Stage = Awaited<ReturnType<typeof waitStage>>;
type Steering = {
  readonly stage: Stage;
  readonly handle: WorkflowHandle;
  /** The activity works again. */
  readonly mend: () => void;
};

type Options = { readonly isBroken?: boolean; readonly steer?: (steering: Steering) => Promise<unknown> };

const way =
  ({ isBroken = false, steer }: Options): Way =>
  async (of) => {
    const stage = await waitStage(of.product, { type: 'no_response.timeout', minutes: 30, of: 'contact' });
    const messageId = await stage.say(true);
    const [event] = await stage.query<{ id: string }>(
      "select event_id as id from outbox_events where tenant_id = $1 and aggregate_id = $2 and event_type = 'message.created'",
      messageId,
    );
    const eventId = event?.id ?? '';
    const workflowId = stage.handleOf(eventId).workflowId;
    if (isBroken) of.switchboard.put(workflowId, 'tendAutomationWait', fails());
    const { tenantId, automationId } = stage;
    const correlationId = workflowId.replace('automation-wait-', '');
    const input = { tenantId, automationId, eventId, correlationId };
    const handle = await startWorkflow(of, workflowNames.automationWait, { workflowId, input });
    await steer?.({ stage, handle, mend: () => of.switchboard.clear(workflowId, 'tendAutomationWait') });
    await resultOf(handle);
    return handle;
  };

/** Stands still until its time. */
const waits = (handle: WorkflowHandle): Promise<unknown> =>
  eventually(async () => (await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer));

const answer = async ({ stage, handle }: Steering): Promise<void> => {
  await stage.say(false);
  await handle.signal(waitNewsSignal);
};

/** By name. */
export const automationWaitWays: Ways = {
  answered: way({
    async steer(steering) {
      await waits(steering.handle);
      await answer(steering);
    },
  }),
  'not-meant': way({
    async steer({ stage, handle }) {
      await waits(handle);
      await stage.run('automation', stage.automationId, 'automation.disable', {});
      await handle.signal(waitNewsSignal);
    },
  }),
  'told-in-vain': way({
    async steer(steering) {
      await waits(steering.handle);
      await steering.handle.signal(waitNewsSignal);
      await eventually(
        async () =>
          ((await steering.handle.fetchHistory()).events ?? []).filter((event) => event.timerStartedEventAttributes)
            .length > 2,
      );
      await answer(steering);
    },
  }),
  'stuck-retried': way({
    isBroken: true,
    async steer({ stage, handle, mend }) {
      await untilStuck({ handle });
      mend();
      await stage.say(false);
      await handle.signal(sagaSignals.retry);
    },
  }),
  'stuck-aborted': way({
    isBroken: true,
    async steer({ handle }) {
      await untilStuck({ handle });
      await handle.signal(sagaSignals.abort);
    },
  }),
  cancelled: way({
    async steer({ handle }) {
      await waits(handle);
      await handle.cancel();
    },
  }),
};
