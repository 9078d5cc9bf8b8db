// The intake dispatcher: takes stored gateway events that nobody has taken yet, applies the small ones, starts the sagas the API did not start.
// It is also the sweeper: rung by a bell, else it looks every second, so that nothing stored is forgotten.
import type { Client } from '@temporalio/client';
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
import { startGatewayEventSaga } from '../../intake/start-gateway-event-saga.ts';
import { startInboundSaga } from '../../intake/start-inbound-saga.ts';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { wordlessError } from '../../platform/safe-error.ts';

/** What the dispatcher works with. `onSettled` hears of every event and what came of it. */
export type DispatcherDeps = {
  readonly database: Database;
  readonly client: Client;
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
export function startDispatcher(deps: DispatcherDeps): Dispatcher {
  const stop = new AbortController();
  let wakeUp = new AbortController();
  const wake = (): void => wakeUp.abort();
  // What was put off for less than a poll is not made to wait for one.
  const onPostponed = (afterMs: number): void => {
    if (afterMs < pollMs) setTimeout(wake, afterMs).unref();
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      wakeUp = new AbortController();
      const found = await dispatchDue({ ...deps, onPostponed }).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'intake dispatcher could not look');
        return 0;
      });
      if (found < batch) await pause(pollMs, AbortSignal.any([stop.signal, wakeUp.signal]));
    }
  };
  const running = run();
  return {
    wake,
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Takes what is due, once; events of one message in their order of arrival. Returns how many there were. */
export async function dispatchDue(deps: DispatcherDeps): Promise<number> {
  const due = await claimDueRawEvents(deps.database.systemPool, batch);
  const byMessage = new Map<string, RawEvent[]>();
  for (const raw of due) {
    const key = raw.messageKey ?? raw.channelId;
    byMessage.set(key, [...(byMessage.get(key) ?? []), raw]);
  }
  await Promise.all(
    [...byMessage.values()].map(async (events) => {
      for (const raw of events) await dispatch(deps, raw);
    }),
  );
  return due.length;
}

async function dispatch(deps: DispatcherDeps, raw: RawEvent): Promise<void> {
  try {
    const applied = await apply(deps, raw);
    if (applied.outcome === 'later') await postpone(deps, raw, applied.afterMs);
    else if (applied.outcome === 'needs_saga') await startSaga(deps, raw);
    deps.onSettled?.(raw.kind, applied.outcome);
  } catch (error) {
    await failed(deps, raw, error);
  }
}

function apply({ database, publicUrl }: DispatcherDeps, raw: RawEvent): Promise<Applied> {
  return inTenantRetrying(database.pool, raw.tenantId, async (tx) => {
    const stored = await loadRawEvent(tx, database.keysOf, raw.id, true);
    if (stored?.status === 'started') return { outcome: 'needs_saga' };
    // Settled by its saga or by another dispatcher meanwhile.
    if (stored?.status !== 'stored') return { outcome: 'later', afterMs: 0 };
    if (stored.body === null) return { outcome: 'ignored', reason: 'erased' };
    return applyGatewayEvent({ database, tx, raw, event: readGatewayEvent(stored.body, raw.receivedAt), publicUrl });
  });
}

/** A saga that ran or runs already, for this event or another of the same message: looked at again until the message is there, or the saga gone. */
async function startSaga(deps: DispatcherDeps, raw: RawEvent): Promise<void> {
  if (raw.messageKey === null) throw new Error('A message without a key can not have a saga.');
  const { id: rawEventId, tenantId, channelId, messageKey, runNumber } = raw;
  const { workflowId, isNew } = await startInboundSaga(deps.client, deps.taskQueue, {
    rawEventId,
    tenantId,
    channelId,
    messageKey,
    runNumber,
  });
  if (isNew) return;
  const gone = await goneSaga(deps, workflowId);
  if (!gone) return postpone(deps, { ...raw, attempts: raw.attempts + 1 }, Math.min(5_000, 250 * 2 ** raw.attempts));
  await inTenantRetrying(deps.database.pool, tenantId, (tx) =>
    markRawEvent(tx, rawEventId, {
      status: 'failed',
      workflowId,
      lastError: gone,
    }),
  );
}

/** Why the saga will not bring the message any more; undefined: it runs, or completed. It and its event can be run again. */
async function goneSaga({ client }: DispatcherDeps, workflowId: string): Promise<string | undefined> {
  const { status } = await client.workflow.getHandle(workflowId).describe();
  if (status.name === 'RUNNING' || status.name === 'COMPLETED' || status.name === 'CONTINUED_AS_NEW') return undefined;
  return `the saga of this message ended: ${status.name.toLowerCase()}`;
}

async function postpone(deps: DispatcherDeps, raw: RawEvent, afterMs: number): Promise<void> {
  if (afterMs <= 0) return;
  await inTenantRetrying(deps.database.pool, raw.tenantId, (tx) =>
    postponeRawEvent(tx, raw.id, { afterMs, attempts: raw.attempts }),
  );
  deps.onPostponed?.(afterMs);
}

async function failed(deps: DispatcherDeps, raw: RawEvent, error: unknown): Promise<void> {
  const told = wordlessError(error);
  const { code, message } = told;
  const attempts = raw.attempts + 1;
  deps.log.warn({ err: told, rawEventId: raw.id, attempts }, 'a gateway event could not be applied');
  deps.onSettled?.(raw.kind, 'failed');
  try {
    const hasOwnSaga = raw.kind === 'message';
    if (attempts >= maxAttempts && !hasOwnSaga) await startGatewayEventSaga(deps.client, deps.taskQueue, raw);
    const afterMs = Math.min(60_000, 500 * 2 ** attempts);
    await inTenantRetrying(deps.database.pool, raw.tenantId, (tx) =>
      postponeRawEvent(tx, raw.id, { afterMs, attempts, lastError: `${code ?? 'internal'}: ${message}` }),
    );
  } catch (second) {
    // The claim's own time-out brings it back.
    deps.log.warn({ err: second, rawEventId: raw.id }, 'the failure of a gateway event could not be noted');
  }
}
