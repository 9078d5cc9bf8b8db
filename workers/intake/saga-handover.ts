// Hands stored events to their sagas, beside the short path: a Temporal that does not answer must not hold up an ack.
// What can't be handed over now stays in the table and comes round again within seconds.
import { WorkflowNotFoundError } from '@temporalio/client';
import { inTenantRetrying } from '../../db/transaction.ts';
import { markRawEvent, postponeRawEvent, type RawEvent } from '../../intake/raw-events.ts';
import { startGatewayEventSaga } from '../../intake/start-gateway-event-saga.ts';
import { startInboundSaga } from '../../intake/start-inbound-saga.ts';
import { wordlessError } from '../../platform/safe-error.ts';
import { sessionChangedSignal } from '../../workflows/names.ts';
import type { DispatcherDeps } from './dispatcher.ts';

/** Takes events and never throws. `drain` waits for those under way. */
export type SagaHandover = {
  /** A message that is not stored yet. */
  readonly start: (raw: RawEvent) => void;
  /** An event that failed too often on the short path. */
  readonly startForFailing: (raw: RawEvent) => void;
  /** Tells a channel's activation that its session has news. One that does not hear it looks by itself within seconds. */
  readonly wake: (workflowId: string) => void;
  /** An event whose saga should have ended by now. */
  readonly lookAfter: (raw: RawEvent) => void;
  readonly drain: () => Promise<void>;
};

const callMs = 3_000;
const atOnce = 16;
/** How long until a saga that runs is asked after again. Its end wakes what waits for it, so this is only the net. */
const runningMs = 30_000;
/** Longer than a gateway event's saga may take. */
const failingMs = 8 * 24 * 60 * 60_000;
const retryMs = 2_000;

/** How a workflow is, seen from its event. */
type Fate = 'running' | 'completed' | { readonly gone: string };

/** Makes the handover. At most `atOnce` calls at a time; what comes above that waits for its next turn in the table. */
export function createSagaHandover(deps: DispatcherDeps): SagaHandover {
  const { database, temporal, taskQueue, log } = deps;
  const running = new Map<string, Promise<void>>();

  function take(raw: RawEvent, work: () => Promise<void>): void {
    if (running.has(raw.id) || running.size >= atOnce) return;
    const done = work()
      .catch(async (error: unknown) => {
        log.warn({ err: wordlessError(error), rawEventId: raw.id }, 'a gateway event could not be handed to its saga');
        await postpone(raw, retryMs);
      })
      .catch((error: unknown) => log.warn({ err: error, rawEventId: raw.id }, 'a gateway event could not be put off'))
      .finally(() => running.delete(raw.id));
    running.set(raw.id, done);
  }

  const postpone = (raw: RawEvent, afterMs: number): Promise<void> =>
    inTenantRetrying(database.pool, raw.tenantId, (tx) =>
      postponeRawEvent(tx, raw.id, { afterMs, attempts: Math.max(1, raw.attempts) }),
    ).then(() => deps.onPostponed?.(afterMs));

  async function fateOf(workflowId: string): Promise<Fate> {
    const { status } = await temporal.within(callMs, () => temporal.client.workflow.getHandle(workflowId).describe());
    if (status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW') return 'running';
    return status.name === 'COMPLETED' ? 'completed' : { gone: `its saga ended: ${status.name.toLowerCase()}` };
  }

  /** The saga will not bring the message any more: it can be run again. A terminated one could not say so itself. */
  function giveUp(raw: RawEvent, workflowId: string, lastError: string): Promise<void> {
    return inTenantRetrying(database.pool, raw.tenantId, async (tx) => {
      await tx.query(
        `update sagas set state = 'failed', reason = $3, updated_at = now(), ended_at = now() where tenant_id = $1 and workflow_id = $2 and ended_at is null`,
        [raw.tenantId, workflowId, lastError],
      );
      await markRawEvent(tx, raw.id, { status: 'failed', workflowId, lastError });
    });
  }

  async function startInbound(raw: RawEvent): Promise<void> {
    const { id: rawEventId, tenantId, channelId, messageKey, runNumber } = raw;
    if (messageKey === null) throw new Error('A message without a key can not have a saga.');
    const start = { rawEventId, tenantId, channelId, messageKey, runNumber };
    const { workflowId, isNew } = await temporal.within(callMs, () =>
      startInboundSaga(temporal.client, taskQueue, start),
    );
    if (isNew) return;
    const fate = await fateOf(workflowId);
    if (fate === 'running') return postpone(raw, runningMs);
    if (fate !== 'completed') return giveUp(raw, workflowId, fate.gone);
    // Looked at once more: the message may have been stored since. If not, there was nothing to store.
    if (raw.attempts === 0) return postpone(raw, 1);
    await inTenantRetrying(database.pool, tenantId, (tx) =>
      markRawEvent(tx, rawEventId, { status: 'duplicate', workflowId, lastError: 'its saga had nothing to store' }),
    );
  }

  return {
    start: (raw) => take(raw, () => startInbound(raw)),
    startForFailing: (raw) =>
      take(raw, async () => {
        const workflowId = await temporal.within(callMs, () => startGatewayEventSaga(temporal.client, taskQueue, raw));
        // From now on it is the saga's alone.
        await inTenantRetrying(database.pool, raw.tenantId, async (tx) => {
          await tx.query(
            `update raw_events set status = 'started', workflow_id = $3, next_attempt_at = now() + $4 * interval '1 millisecond'
             where tenant_id = $1 and id = $2 and status = 'stored'`,
            [raw.tenantId, raw.id, workflowId, failingMs],
          );
        });
      }),
    wake(workflowId) {
      if (running.has(workflowId) || running.size >= atOnce) return;
      const handle = temporal.client.workflow.getHandle(workflowId);
      const done = temporal
        .within(callMs, () => handle.signal(sessionChangedSignal))
        .catch((error: unknown) => {
          // Not started yet, or over: nobody has to hear it.
          if (!(error instanceof WorkflowNotFoundError))
            log.warn({ err: wordlessError(error), workflowId }, 'a saga was not told of its session');
        })
        .finally(() => running.delete(workflowId));
      running.set(workflowId, done);
    },
    lookAfter: (raw) =>
      take(raw, async () => {
        const workflowId = raw.workflowId ?? '';
        const fate = await fateOf(workflowId);
        if (fate === 'running') return postpone(raw, 60 * 60_000);
        return giveUp(raw, workflowId, fate === 'completed' ? 'its saga completed without it' : fate.gone);
      }),
    drain: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
