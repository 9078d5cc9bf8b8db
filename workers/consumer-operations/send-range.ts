// The sending of a replay: tenant after tenant, in order of position, never more than the queue can take; the place is noted after each batch.
import { placeBefore } from '../../db/consumer-rebuild.ts';
import { type LogEvent, lastPosition, nextTenant, readLog } from '../../db/log-events.ts';
import { inSystem } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import type { Work } from './carry-out.ts';
import { sendEvents } from './send-events.ts';

const batch = 500;
const drainPollMs = 100;

/** Sends the range; false: the request is not ours any more. Throws when the broker or the database is away. */
export async function sendRange(work: Work): Promise<boolean> {
  const { deps, consumer, current, note } = work;
  const { systemPool, broker } = deps;
  if (current().endPosition === null && !(await note({ endPosition: await inSystem(systemPool, lastPosition) })))
    return false;
  for (;;) {
    const { atTenant, position, endPosition } = current();
    const tenantId = atTenant ?? (await tenantAfter(work, null));
    if (tenantId === undefined) return true;
    const place = { tenantId, after: position, upTo: endPosition ?? 0, limit: batch };
    const events = await inSystem(systemPool, (tx) => readLog(tx, rangeOf(work), place));
    const last = events.at(-1);
    if (!last) {
      const next = await tenantAfter(work, tenantId);
      if (next === undefined) return true;
      if (!(await note({ atTenant: next, position: 0 }))) return false;
      continue;
    }
    if (!(await waitForRoom(work))) return false;
    if (consumer.ordered && current().kind === 'rebuild')
      await inSystem(systemPool, (tx) => placeBefore(tx, consumer.name, aggregatesOf(events)));
    await sendEvents(broker, consumer.queue, events);
    const sent = current().sent + events.length;
    if (!(await note({ atTenant: tenantId, position: last.id, sent }))) return false;
  }
}

/** The types and moments of a request. */
export function rangeOf({ consumer, current }: Pick<Work, 'consumer' | 'current'>) {
  const { types, from, to } = current();
  return { types: consumer.eventTypes.filter((type) => types?.includes(type) ?? true), from, to };
}

/** The tenant that comes after this one; undefined: it was the last. */
export async function tenantAfter({ deps, current }: Work, tenantId: string | null): Promise<string | undefined> {
  const only = current().tenantId;
  if (only !== null) return tenantId === null ? only : undefined;
  return inSystem(deps.systemPool, (tx) => nextTenant(tx, tenantId));
}

/** Lets the queue drain; false: the request is not ours any more. */
async function waitForRoom({ deps, consumer, note, signal }: Work): Promise<boolean> {
  for (;;) {
    const state = await deps.broker.look(consumer.queue);
    if (!state) throw new Error(`there is no queue ${consumer.queue} at the broker`);
    if (state.ready < deps.maxReady) return true;
    await pause(drainPollMs, signal);
    if (!(await note({}))) return false;
  }
}

function aggregatesOf(events: readonly LogEvent[]): { aggregateId: string; tenantId: string }[] {
  return [...new Map(events.map(({ aggregateId, tenantId }) => [aggregateId, { aggregateId, tenantId }])).values()];
}
