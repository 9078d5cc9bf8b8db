// Carries out one replay or rebuild, step by step, each step noted in its row: whoever holds the lease after a crash goes on from there.
import { randomUUID } from 'node:crypto';
import { holdForRebuild, releaseFromRebuild } from '../../db/consumer-controls.ts';
import type { ConsumerRequest } from '../../db/consumer-requests.ts';
import type { Pool } from '../../db/pool.ts';
import { noteProgress, type Progress } from '../../db/request-lease.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { safeError } from '../../platform/safe-error.ts';
import type { Broker } from './broker.ts';
import { clearAll } from './clear.ts';
import { compareAll, sweepAll } from './compare-all.ts';
import type { OperatedConsumer } from './operated-consumer.ts';
import { sendRange } from './send-range.ts';
import { settle } from './settle.ts';

/** What carrying out needs. */
export type CarryOutDeps = {
  /** Projections are made inside their tenants, as by their consumers. */
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly broker: Broker;
  readonly log: Logger;
  /** Names this process in leases. */
  readonly owner: string;
  /** Above so many waiting messages the queue is let drain first. */
  readonly maxReady: number;
};

/**
 * Notes progress, or does a piece of work with its progress in one transaction, in which nobody else can take the request; false: the request is not ours
 * any more, or was cancelled, and nothing was done.
 */
export type Note = (progress: Progress | ((tx: Tx) => Promise<Progress>)) => Promise<boolean>;

/** A request on its way. `current` is what the row says. */
export type Work = {
  readonly deps: CarryOutDeps;
  readonly consumer: OperatedConsumer;
  readonly signal: AbortSignal;
  readonly current: () => ConsumerRequest;
  readonly note: Note;
};

/** Works until it is done, the lease is lost or `signal` aborts. Never throws. */
export async function carryOut(
  deps: CarryOutDeps,
  consumer: OperatedConsumer,
  request: ConsumerRequest,
  signal: AbortSignal,
): Promise<void> {
  let current = request;
  const note: Note = async (progress) => {
    const noted = await inSystem(deps.systemPool, async (tx) => {
      const write = (own: Progress) => noteProgress(tx, deps.owner, current, { lastError: null, ...own });
      if (typeof progress !== 'function') return write(progress);
      return (await write({})) && write(await progress(tx));
    });
    if (noted) current = noted;
    return noted !== undefined && !signal.aborted;
  };
  const work: Work = { deps, consumer, signal, current: () => current, note };
  for (let failures = 0; !signal.aborted && current.endedAt === null; ) {
    try {
      const before = current;
      if (!(await step(work))) return;
      if (current !== before) failures = 0;
    } catch (error) {
      failures += 1;
      const { message } = safeError(error);
      deps.log.warn({ consumer: consumer.name, request: request.id, reason: message }, 'a replay waits');
      await note({ lastError: message.slice(0, 500) }).catch(() => false);
      await pause(Math.min(5_000, 100 * 2 ** failures), signal);
    }
  }
  if (current.endedAt !== null)
    deps.log.info({ consumer: consumer.name, request: request.id, sent: current.sent }, `a ${request.kind} is done`);
}

/** One state of the request; answers whether to go on. */
async function step(work: Work): Promise<boolean> {
  const { state, kind } = work.current();
  if (state === 'waiting') {
    const begins = 'projection' in work.consumer.rebuild ? 'comparing' : 'clearing';
    return work.note({ state: kind === 'rebuild' ? begins : 'sending' });
  }
  if (state === 'comparing')
    return (await compareAll(work)) && work.note({ state: 'sweeping', atTenant: null, position: 0 });
  if (state === 'sweeping') return (await sweepAll(work)) && work.note({ state: 'done' });
  // Kept still: not what keeps it right, but what keeps it calm, see db/consumer-rebuild.ts.
  if (state === 'clearing') return (await keepStill(work)) && (await clearAll(work)) && goOn(work);
  if (state === 'sending') {
    if (!(await sendRange(work))) return false;
    return work.note(kind === 'rebuild' ? { state: 'settling', atTenant: null, position: 0 } : { state: 'done' });
  }
  if (state === 'settling') return (await settle(work)) && work.note({ state: 'done' });
  return false;
}

/** Pauses the consumer and waits for its processes to notice, but not for ever; false: the request is not ours any more. */
async function keepStill({ deps, consumer, current, note, signal }: Work): Promise<boolean> {
  const hold = async (tx: Tx): Promise<Progress> => {
    await holdForRebuild(tx, consumer.name, current().id);
    return {};
  };
  if (!(await note(hold))) return false;
  const stopAt = performance.now() + 5_000;
  while (performance.now() < stopAt && !signal.aborted) {
    if (((await deps.broker.look(consumer.queue))?.subscribers ?? 0) === 0) break;
    await pause(50, signal);
  }
  return !signal.aborted;
}

/** Lets the consumer go on, unless an operator has paused it, and notes what comes next in the same transaction: a crash leaves both undone. */
function goOn({ consumer, current, note }: Work): Promise<boolean> {
  return note(async (tx) => {
    await releaseFromRebuild(tx, consumer.name, current().id);
    return { state: 'sending', atTenant: null, position: 0 };
  });
}

/** A new name for a process. */
export const newOwner = (): string => randomUUID();
