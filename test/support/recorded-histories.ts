// Histories of processInboundMessage on real servers, one of each kind of way it can take: recorded by `npm run histories`, replayed by the tests.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Duration } from '@temporalio/common';
import proto from '@temporalio/proto';
import { sagaSignals } from '../../workflows/names.ts';
import { eventually } from './eventually.ts';
import { workflowHasHeard } from './heard.ts';
import { historyCodecKey } from './history-config.ts';
import { advert, file, gatewayMessage } from './messages.ts';
import { openProduct } from './product.ts';
import type { SagaRun } from './shop.ts';
import { statusOf, untilStuck } from './stuck-run.ts';
import { createSwitchboard, fails, failsForGood, gate, type Switchboard } from './switchboard.ts';

// The SDK's own conversion to JSON needs all its packages to share one copy of protobufjs, which npm does not see to.
const { History } = proto.temporal.api.history.v1;

/** Where they lie. */
export const historiesFolder = path.resolve(import.meta.dirname, '../workflows/histories');

type Way = {
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

const ways: Readonly<Record<string, Way>> = {
  'completed-text': { body: () => gatewayMessage() },
  'completed-media': { body: image },
  'completed-step-by-step': { body: image, isOneByOne: true },
  'ignored-step-by-step': { body: () => gatewayMessage({ from: '120363000000000202@g.us' }), isOneByOne: true },
  compensated: {
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'finishInbound', failsForGood),
  },
  'stuck-retried': {
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'storeMessage', fails()),
    async steer(run, switchboard) {
      await untilStuck(run);
      switchboard.clear(run.workflowId, 'storeMessage');
      await run.handle.signal(sagaSignals.retry);
    },
  },
  'stuck-skipped': {
    body: image,
    isOneByOne: true,
    prepare: (run, switchboard) => switchboard.put(run.workflowId, 'requestEnrichment', fails()),
    async steer(run) {
      await untilStuck(run);
      await run.handle.signal(sagaSignals.skip);
    },
  },
  'undo-stuck-aborted': {
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
  },
  'cancelled-heard': {
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
  },
  'cancelled-unheard': {
    body: image,
    isOneByOne: true,
    async steer(run, switchboard) {
      const stand = gate('before');
      switchboard.put(run.workflowId, 'findOrStartSession', stand.fault);
      await stand.reached;
      await run.handle.cancel();
      stand.open();
    },
  },
};

/** Records them all anew. Needs the test servers' addresses in the environment. */
export async function recordHistories(say: (line: string) => void): Promise<void> {
  const product = await openProduct('histories', { TEMPORAL_CODEC_KEY: historyCodecKey });
  const switchboard = createSwitchboard();
  const oneByOne = { taskQueue: `histories-one-by-one-${process.pid}` };
  try {
    await product.startWorker();
    await product.startWorker(switchboard.wrap, {}, { TEMPORAL_TASK_QUEUE: oneByOne.taskQueue });
    rmSync(historiesFolder, { recursive: true, force: true });
    mkdirSync(historiesFolder, { recursive: true });
    for (const [name, way] of Object.entries(ways)) {
      const shop = await product.openShop(way.isOneByOne ? oneByOne : {});
      const run = shop.sagaOf(await shop.store(way.body()));
      way.prepare?.(run, switchboard);
      const [result] = await Promise.all([
        shop
          .startSaga(run.raw, way.taskTimeout ? { workflowTaskTimeout: way.taskTimeout } : {})
          .then(() => run.result()),
        way.steer ? eventuallyStarted(run).then(() => way.steer?.(run, switchboard)) : undefined,
      ]);
      const history = History.toObject(History.create(await run.handle.fetchHistory()), {
        enums: String,
        bytes: String,
        longs: String,
      });
      const text = nameless(JSON.stringify(history, null, 1));
      writeFileSync(path.join(historiesFolder, `${name}.json`), `${text}\n`);
      say(`${name}: ${result}`);
    }
  } finally {
    await product.close();
  }
}

const eventuallyStarted = (run: SagaRun): Promise<unknown> => eventually(() => run.handle.describe());

/** Who recorded it is nobody's business. */
const nameless = (text: string): string => text.replaceAll(/"identity":(\s*)"[^"]*"/g, '"identity":$1"recorder"');

/** Reads the recorded ones. */
export function readHistories(): readonly { readonly workflowId: string; readonly history: unknown }[] {
  return readdirSync(historiesFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      workflowId: name.replace(/\.json$/, ''),
      history: History.fromObject(JSON.parse(readFileSync(path.join(historiesFolder, name), 'utf8'))),
    }));
}
