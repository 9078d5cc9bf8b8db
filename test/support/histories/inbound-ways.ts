// The ways of processInboundMessage: on its own steps and a real database, faults put in between.
import type { Duration } from '@temporalio/common';
import { sagaSignals } from '../../../workflows/names.ts';
import { eventually } from '../eventually.ts';
import { workflowHasHeard } from '../heard.ts';
import { advert, file, gatewayMessage } from '../messages.ts';
import type { SagaRun } from '../shop.ts';
import { statusOf, untilStuck } from '../stuck-run.ts';
import { fails, failsForGood, gate, type Switchboard } from '../switchboard.ts';
import { resultOf, type Way, type Ways } from './way.ts';

type InboundWay = {
  readonly body: () => object;
  readonly isOneByOne?: boolean;
  readonly taskTimeout?: Duration;
  /** Puts faults in, before the saga starts. */
  readonly prepare?: (run: SagaRun, switchboard: Switchboard) => unknown;
  /** Steers the running saga. */
  readonly steer?: (run: SagaRun, switchboard: Switchboard) => Promise<void>;
};

const image = (): object =>
  gatewayMessage({ body: null, payload: file('image/jpeg'), message: { imageMessage: { contextInfo: advert } } });

const way =
  ({ body, isOneByOne = false, taskTimeout, prepare, steer }: InboundWay): Way =>
  async ({ product, switchboard, oneByOneQueue }) => {
    const shop = await product.openShop(isOneByOne ? { taskQueue: oneByOneQueue } : {});
    const run = shop.sagaOf(await shop.store(body()));
    prepare?.(run, switchboard);
    await shop.startSaga(run.raw, taskTimeout ? { workflowTaskTimeout: taskTimeout } : {});
    await steer?.(run, switchboard);
    await resultOf(run.handle);
    return run.handle;
  };

/** By name. */
export const inboundWays: Ways = {
  'completed-text': way({ body: () => gatewayMessage() }),
  'completed-media': way({ body: image }),
  'completed-step-by-step': way({ body: image, isOneByOne: true }),
  'ignored-step-by-step': way({
    body: () => gatewayMessage({ from: '120363000000000202@g.us' }),
    isOneByOne: true,
  }),
  compensated: way({
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'finishInbound', failsForGood),
  }),
  'stuck-retried': way({
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'storeMessage', fails()),
    async steer(run, switchboard) {
      await untilStuck(run);
      switchboard.clear(run.workflowId, 'storeMessage');
      await run.handle.signal(sagaSignals.retry);
    },
  }),
  'stuck-skipped': way({
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'requestEnrichment', fails()),
    async steer(run) {
      await untilStuck(run);
      await run.handle.signal(sagaSignals.skip);
    },
  }),
  'undo-stuck-aborted': way({
    body: image,
    isOneByOne: true,
    prepare(run, switchboard) {
      switchboard.put(run.workflowId, 'recordMessage', fails());
      switchboard.put(run.workflowId, 'undoStoreMessage', fails());
    },
    async steer(run, switchboard) {
      await untilStuck(run);
      await run.handle.signal(sagaSignals.abort);
      const isUndoStuck = async () => {
        const { state, step } = await statusOf(run);
        return state === 'stuck' && step === 'message';
      };
      await eventually(isUndoStuck, { timeoutMs: 30_000 });
      switchboard.clear(run.workflowId, 'undoStoreMessage');
      await run.handle.signal(sagaSignals.retry);
    },
  }),
  'cancelled-heard': way({
    body: image,
    isOneByOne: true,
    taskTimeout: '3s',
    async steer(run, switchboard) {
      const stand = gate('before');
      switchboard.put(run.workflowId, 'recordMessage', stand.fault);
      await stand.reached;
      await run.handle.cancel();
      await workflowHasHeard(run);
      stand.open();
    },
  }),
  'cancelled-unheard': way({
    body: image,
    isOneByOne: true,
    async steer(run, switchboard) {
      const stand = gate('before');
      switchboard.put(run.workflowId, 'findOrStartSession', stand.fault);
      await stand.reached;
      await run.handle.cancel();
      stand.open();
    },
  }),
};
