// The intake dispatcher: takes stored gateway events that nobody has taken yet, applies the small ones, hands the others to their sagas.
// It is also the sweeper: rung by a bell, else it looks every second, so that nothing stored is forgotten.
import { type Applied, applyGatewayEvent } from '../../activities/gateway-events/apply-gateway-event.ts';
import type { Database } from '../../db/deps.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import {
  claimDueRawEvents,
  loadRawEvent,
  markRawEvent,
  postponeRawEvent,
  type RawEvent,
} from '../../intake/raw-events.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { wordlessError } from '../../platform/safe-error.ts';
import type { TemporalClient } from '../../platform/temporal.ts';
import { createTroubles, reasonOf } from '../../platform/troubles.ts';
import { createSagaHandover, type SagaHandover } from './saga-handover.ts';

/** What the dispatcher works with. `onSettled` hears of every event and what came of it. */
export type DispatcherDeps = {
  readonly database: Database;
  readonly temporal: Pick<TemporalClient, 'client' | 'within'>;
  readonly taskQueue: string;
  readonly publicUrl: string;
  readonly log: Logger;
  readonly onSettled?: (kind: RawEvent['kind'], outcome: string) => void;
  /** Hears that an event was put off for so long. */
  readonly onPostponed?: (afterMs: number) => void;
};

/** A running dispatcher. `wake()` makes it look now. */
export type Dispatcher = { readonly wake: () => void; readonly close: () => Promise<void> };

const pollMs = 1_000;
const batch = 64;
/** After so many failures an event becomes a saga: stuck and shown, instead of tried in the dark. */
const maxAttempts = 5;

/** Starts it. */
export function startDispatcher(given: DispatcherDeps): Dispatcher {
  const stop = new AbortController();
  const troubles = createTroubles();
  let wakeUp = new AbortController();
  const wake = (): void => wakeUp.abort();
  // What was put off for less than a poll is not made to wait for one.
  const onPostponed = (afterMs: number): void => {
    if (afterMs < pollMs) setTimeout(wake, afterMs).unref();
  };
  const deps = { ...given, onPostponed };
  const handover = createSagaHandover(deps);
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      wakeUp = new AbortController();
      const found = await look(deps, handover).catch((error: unknown) => {
        troubles.has('look', reasonOf(error), () =>
          deps.log.warn({ err: error }, 'the intake dispatcher can not look, and tries again'),
        );
        return undefined;
      });
      if (found !== undefined) troubles.over('look', () => deps.log.info('the intake dispatcher looks again'));
      if ((found ?? 0) < batch) await pause(pollMs, stop.signal, wakeUp.signal);
    }
  };
  const running = run();
  return {
    wake,
    close: async () => {
      stop.abort();
      await running;
      await handover.drain();
    },
  };
}

/** Takes what is due, once, and waits for all of it. Returns how many there were. */
export async function dispatchDue(deps: DispatcherDeps): Promise<number> {
  const handover = createSagaHandover(deps);
  const found = await look(deps, handover);
  await handover.drain();
  return found;
}

/** Events of one message, and of one channel beside messages, in their order of arrival. Temporal is not waited for. */
async function look(deps: DispatcherDeps, handover: SagaHandover): Promise<number> {
  const due = await claimDueRawEvents(deps.database.systemPool, batch);
  const byMessage = new Map<string, RawEvent[]>();
  for (const raw of due) {
    const key = raw.messageKey ?? raw.channelId;
    byMessage.set(key, [...(byMessage.get(key) ?? []), raw]);
  }
  await Promise.all(
    [...byMessage.values()].map(async (events) => {
      for (const raw of events) await dispatch(deps, handover, raw);
    }),
  );
  return due.length;
}

async function dispatch(deps: DispatcherDeps, handover: SagaHandover, raw: RawEvent): Promise<void> {
  if (raw.status === 'started') return handover.lookAfter(raw);
  try {
    const applied = await apply(deps, raw);
    deps.onSettled?.(raw.kind, applied.outcome);
    if (applied.wakes !== undefined) handover.wake(applied.wakes);
    if (applied.outcome === 'needs_saga') handover.start(raw);
    else if (applied.outcome === 'later' && applied.afterMs > 0) await postpone(deps, raw, applied.afterMs);
  } catch (error) {
    await failed(deps, handover, raw, error);
  }
}

function apply({ database, publicUrl }: DispatcherDeps, raw: RawEvent): Promise<Applied> {
  return inTenantRetrying(database.pool, raw.tenantId, async (tx) => {
    const stored = await loadRawEvent(tx, database.keysOf, raw.id, true);
    // Taken by its saga, or settled by another dispatcher meanwhile.
    if (stored?.status !== 'stored') return { outcome: 'later', afterMs: 0 };
    if (stored.body === null) {
      await markRawEvent(tx, raw.id, { status: 'ignored', lastError: 'erased' });
      return { outcome: 'ignored', reason: 'erased' };
    }
    return applyGatewayEvent({ database, tx, raw, event: readGatewayEvent(stored.body, raw.receivedAt), publicUrl });
  });
}

async function postpone(deps: DispatcherDeps, raw: RawEvent, afterMs: number): Promise<void> {
  await inTenantRetrying(deps.database.pool, raw.tenantId, (tx) =>
    postponeRawEvent(tx, raw.id, { afterMs, attempts: raw.attempts }),
  );
  deps.onPostponed?.(afterMs);
}

async function failed(deps: DispatcherDeps, handover: SagaHandover, raw: RawEvent, error: unknown): Promise<void> {
  const told = wordlessError(error);
  const attempts = raw.attempts + 1;
  deps.log.warn({ err: told, rawEventId: raw.id, attempts }, 'a gateway event could not be applied');
  deps.onSettled?.(raw.kind, 'failed');
  const afterMs = Math.min(60_000, 500 * 2 ** attempts);
  try {
    await inTenantRetrying(deps.database.pool, raw.tenantId, (tx) =>
      postponeRawEvent(tx, raw.id, { afterMs, attempts, lastError: `${told.code ?? 'internal'}: ${told.message}` }),
    );
    if (attempts >= maxAttempts) handover.startForFailing(raw);
  } catch (second) {
    // The claim's own time-out brings it back.
    deps.log.warn({ err: second, rawEventId: raw.id }, 'the failure of a gateway event could not be noted');
  }
}
