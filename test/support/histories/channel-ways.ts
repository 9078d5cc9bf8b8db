// The ways of activateChannel and disconnectChannel: real steps on the tables, a gateway whose answers are put in.
import { sagaSignals, sessionChangedSignal } from '../../../workflows/names.ts';
import { type ChannelSaga, type ChannelStage, channelStage } from '../channel-stage.ts';
import { eventually } from '../eventually.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood, gate, type Switchboard } from '../switchboard.ts';
import type { Way, Ways } from './way.ts';

type Steering = { readonly saga: ChannelSaga; readonly stage: ChannelStage; readonly switchboard: Switchboard };
type Options = {
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly steer?: (steering: Steering) => Promise<unknown>;
};

const done: Fault = async () => undefined;
const claims: Fault = async () => ({ existed: false });

/** What the gateway says at each look, the last word for ever. */
function sees(...states: readonly string[]): Fault {
  let looks = 0;
  return async () => {
    const status = states[Math.min(looks, states.length - 1)];
    looks += 1;
    return { status };
  };
}

const gatewayDoes = { claimSession: claims, prepareSession: done, releaseSession: done, reviveSession: done };

const activation =
  ({ faults = {}, steer }: Options): Way =>
  async ({ product, switchboard }) => {
    const stage = await channelStage(product);
    await stage.ask('channel.request_activation');
    const { workflowId } = await stage.activation();
    const all = { ...gatewayDoes, lookAtSession: sees('WORKING'), ...faults };
    for (const [activity, fault] of Object.entries(all)) switchboard.put(workflowId, activity, fault);
    const saga = await stage.startActivation();
    await steer?.({ saga, stage, switchboard });
    await saga.result();
    return saga.handle;
  };

const disconnection =
  ({ faults = {}, steer }: Options): Way =>
  async ({ product, switchboard }) => {
    const stage = await channelStage(product);
    const [eventId = ''] = await stage.ask('channel.delete');
    const all = { disconnectSession: async () => ({ outcome: 'removed' }), ...faults };
    for (const [activity, fault] of Object.entries(all))
      switchboard.put(`disconnect-channel-${eventId}`, activity, fault);
    const saga = await stage.startDisconnection(eventId);
    await steer?.({ saga, stage, switchboard });
    await saga.result();
    return saga.handle;
  };

const waits = ({ saga }: Steering): Promise<unknown> =>
  eventually(async () =>
    (await saga.handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer?.timerId === '2'),
  );

function cancelledIn(way: (options: Options) => Way, activity: string): Way {
  const stand = gate('before');
  return way({
    faults: { [activity]: stand.fault },
    async steer({ saga }) {
      await stand.reached;
      await saga.handle.cancel();
      stand.open();
    },
  });
}

function freeAfter(looks: number): Fault {
  let asked = 0;
  return async () => {
    asked += 1;
    return asked > looks;
  };
}

/** By name. */
export const activateChannelWays: Ways = {
  completed: activation({}),
  'waited-for-turn': activation({ faults: { takeTurnAtGateway: freeAfter(2) } }),
  'revived-and-scanned': activation({ faults: { lookAtSession: sees('FAILED', 'SCAN_QR_CODE', 'WORKING') } }),
  'told-by-signal': activation({
    faults: { lookAtSession: sees('SCAN_QR_CODE', 'WORKING') },
    async steer(steering) {
      await waits(steering);
      await steering.saga.handle.signal(sessionChangedSignal);
    },
  }),
  'switched-off': activation({
    faults: { lookAtSession: sees('SCAN_QR_CODE', 'WORKING') },
    async steer(steering) {
      await waits(steering);
      await steering.stage.ask('channel.deactivate');
      await steering.saga.handle.signal(sessionChangedSignal);
    },
  }),
  refused: activation({ faults: { claimSession: failsForGood } }),
  compensated: activation({ faults: { prepareSession: failsForGood } }),
  'stuck-retried': activation({
    faults: { prepareSession: fails() },
    async steer({ saga, switchboard }) {
      await untilStuck(saga);
      switchboard.put(saga.workflowId, 'prepareSession', done);
      await saga.handle.signal(sagaSignals.retry);
    },
  }),
  'aborted-while-pairing': activation({
    faults: { lookAtSession: sees('SCAN_QR_CODE') },
    async steer(steering) {
      await waits(steering);
      await steering.saga.handle.signal(sagaSignals.abort);
      await steering.saga.handle.signal(sessionChangedSignal);
    },
  }),
  'cancelled-while-pairing': activation({
    faults: { lookAtSession: sees('SCAN_QR_CODE') },
    async steer(steering) {
      await waits(steering);
      await steering.saga.handle.cancel();
    },
  }),
  'cancelled-too-late': cancelledIn(activation, 'confirmActivation'),
};

/** By name. */
export const disconnectChannelWays: Ways = {
  completed: disconnection({}),
  'waited-for-turn': disconnection({ faults: { takeTurnAtGateway: freeAfter(2) } }),
  refused: disconnection({ faults: { disconnectSession: failsForGood } }),
  'stuck-retried': disconnection({
    faults: { disconnectSession: fails() },
    async steer({ saga, switchboard }) {
      await untilStuck(saga);
      switchboard.put(saga.workflowId, 'disconnectSession', async () => ({ outcome: 'nothing' }));
      await saga.handle.signal(sagaSignals.retry);
    },
  }),
  'cancelled-before': cancelledIn(disconnection, 'beginDisconnection'),
};
