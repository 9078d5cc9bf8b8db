// The operators' side of the consumers, in each consumer process: sends again what was redriven, carries out replays and rebuilds, looks at the queues.
import { consumerRequestsChannel } from '../../db/consumer-requests.ts';
import { describeConsumers } from '../../db/consumer-status.ts';
import { createListener } from '../../db/listener.ts';
import type { Pool } from '../../db/pool.ts';
import { releaseRequests, takeRequest } from '../../db/request-lease.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { createTroubles, reasonOf } from '../../platform/troubles.ts';
import { connectBroker } from './broker.ts';
import { type CarryOutDeps, carryOut, newOwner } from './carry-out.ts';
import { advanceMarks, noteLooks } from './look-at-queues.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { sendAgain } from './send-again.ts';
import { tidyDeadQueues } from './tidy-when-needed.ts';

/** What it needs. `pool`: connections of the role app_user. `systemPool`: a few of the role app_system, for itself. */
export type OperationsSettings = {
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly systemUrl: string;
  readonly amqpUrl: string;
  readonly amqpManagementUrl?: string | undefined;
  readonly name: string;
  readonly consumers: readonly OperatedConsumer[];
  readonly log: Logger;
  readonly pollEveryMs?: number;
  readonly lookEveryMs?: number;
  readonly maxReady?: number;
};

/** Runs until it is stopped; what it was at is taken up by the next process. */
export type RunningOperations = { readonly stop: () => Promise<void> };

/** So many replays and rebuilds are carried out at once, each of another consumer. */
export const rebuildsAtOnce = 4;

/** Starts at once; database and broker may come later. */
export function runOperations(settings: OperationsSettings): RunningOperations {
  const {
    pool,
    systemPool,
    log,
    consumers,
    name,
    pollEveryMs = 1_000,
    lookEveryMs = 5_000,
    maxReady = 2_000,
  } = settings;
  const stopping = new AbortController();
  const { signal } = stopping;
  const broker = connectBroker({ url: settings.amqpUrl, name: `${name}-operations` });
  const deps: CarryOutDeps = { pool, systemPool, broker, log, owner: newOwner(), maxReady };
  const byName = new Map(consumers.map((consumer) => [consumer.name, consumer]));
  const running = new Set<Promise<void>>();
  const troubles = createTroubles();
  let bell = new AbortController();
  const listener = createListener({
    url: settings.systemUrl,
    name: `${name}-operations`,
    channels: [consumerRequestsChannel],
    onRing: () => bell.abort(),
  });

  const said = (what: string, work: () => Promise<unknown>): Promise<void> =>
    work().then(
      () => troubles.over(what),
      (error: unknown) => troubles.has(what, reasonOf(error), () => log.warn({ err: error }, `${what} has to wait`)),
    );
  const startRequests = async (): Promise<void> => {
    while (running.size < rebuildsAtOnce && !signal.aborted) {
      const request = await inSystem(systemPool, (tx) => takeRequest(tx, deps.owner, [...byName.keys()]));
      const consumer = byName.get(request?.consumer ?? '');
      if (!request || !consumer) return;
      const work = carryOut(deps, consumer, request, signal).finally(() => running.delete(work));
      running.add(work);
    }
  };
  const look = async (): Promise<void> => {
    await inSystem(systemPool, (tx) => describeConsumers(tx, consumers));
    await noteLooks(systemPool, broker, settings.amqpManagementUrl, consumers);
    await advanceMarks(systemPool, consumers);
    for (const consumer of consumers)
      await said(`tidying the dead letters of ${consumer.name}`, () => tidyDeadQueues(deps, [consumer]));
  };
  const every = async (ms: number, what: string, work: () => Promise<unknown>, wait: (ms: number) => Promise<void>) => {
    while (!signal.aborted) {
      await said(what, work);
      await wait(ms);
    }
  };
  const waitForBell = async (ms: number): Promise<void> => {
    const rung = bell.signal;
    await pause(ms, signal, rung);
    if (rung.aborted && bell.signal === rung) bell = new AbortController();
  };
  // Each for itself: one whose queue takes nothing keeps no other waiting.
  const serving = [
    every(pollEveryMs, 'starting what operators asked for', startRequests, waitForBell),
    ...consumers.map((consumer) =>
      every(pollEveryMs, `sending again to ${consumer.name}`, () => sendAgain(deps, consumer), waitForBell),
    ),
  ];
  const looking = every(lookEveryMs, 'looking at the queues', look, (ms) => pause(ms, signal));

  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.all([...serving, looking, ...running]), pause(3_000)]);
      await inSystem(systemPool, (tx) => releaseRequests(tx, deps.owner)).catch(() => {});
      await listener.close();
      await broker.close();
    },
  };
}
