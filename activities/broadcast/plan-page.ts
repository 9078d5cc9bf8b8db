// Who is next of a broadcast: a page of recipients that are open and due; else what there is to wait for. The last one completes the broadcast.
import { aggregates } from '../../db/aggregates.ts';
import { finalCounts } from '../../db/broadcast-audience.ts';
import { bucketsOf } from '../../db/broadcast-pacing.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import { waitFor } from '../../domain/outreach/pacing.ts';
import type { BroadcastInput } from '../../workflows/names.ts';
import { broadcastCause } from './broadcast-cause.ts';

/**
 * What is to be done next. `again`: nobody comes after `after`, look from the beginning once all pages are done. `wait`: somebody is open, but not
 * due yet. `paused`: until the broadcast is resumed. `over`: it has ended, `reason` says why it failed.
 */
export type Planned =
  | { readonly kind: 'page'; readonly recipientIds: readonly string[] }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'again' | 'paused' }
  | { readonly kind: 'over'; readonly reason: string | null };

/** What `planPage` gets: `after` is the last recipient planned in this pass; `isEnding`: only those who were begun, to be finished. */
export type PlanInput = BroadcastInput & { readonly after: string | null; readonly isEnding: boolean };

/** How soon to look again at a channel that is not connected. */
const channelAwayMs = 30_000;
/** Below that a page waits by itself. */
const shortWaitMs = 60_000;

/** Plans the next page. */
export function planPage(
  database: Database,
  { tenantId, broadcastId, after, isEnding }: PlanInput,
  limit: number,
): Promise<Planned> {
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const loaded = await load(database, tx, aggregates.broadcast, broadcastId);
    const { status, failureReason } = loaded.state;
    if (isEnding || status !== 'running') {
      if (after !== null) return { kind: 'again' };
      const begun = await openRecipients(tx, broadcastId, {
        statuses: ['sending'],
        after,
        limit,
        now: database.clock.now(),
      });
      if (begun.length > 0) return { kind: 'page', recipientIds: begun };
      return status === 'paused' && !isEnding ? { kind: 'paused' } : { kind: 'over', reason: failureReason };
    }
    return next(database, tx, loaded.state, { after, limit });
  });
}

type Range = { readonly after: string | null; readonly limit: number };

async function next(database: Database, tx: Tx, broadcast: Broadcast, range: Range): Promise<Planned> {
  const { id, channelId } = broadcast;
  const { state: channel } = await load(database, tx, aggregates.channel, channelId);
  if (channel.deletedAt !== null)
    return end(database, tx, id, async () => ({
      type: 'broadcast.fail',
      data: { reason: 'the channel was deleted' },
    }));
  if (channel.status !== 'active') return { kind: 'wait', ms: channelAwayMs };
  const now = database.clock.now();
  const waitMs = waitFor(await bucketsOf(tx, broadcast), now.getTime());
  if (waitMs > shortWaitMs) return { kind: 'wait', ms: waitMs };
  const recipientIds = await openRecipients(tx, id, { statuses: ['pending', 'sending'], ...range, now });
  if (recipientIds.length > 0) return { kind: 'page', recipientIds };
  if (range.after !== null) return { kind: 'again' };
  const dueAt = await nextDue(tx, id);
  if (dueAt !== null) return { kind: 'wait', ms: Math.max(1_000, dueAt.getTime() - now.getTime()) };
  return end(database, tx, id, async () => ({ type: 'broadcast.complete', data: await finalCounts(tx, id) }));
}

/** Ends it, unless it was paused or called off in this very moment; the next look finds what that leaves to do. */
async function end(
  database: Database,
  tx: Tx,
  id: string,
  commandFor: () => Promise<{ readonly type: 'broadcast.fail' | 'broadcast.complete'; readonly data: object }>,
): Promise<Planned> {
  const loaded = await load(database, tx, aggregates.broadcast, id, true);
  if (loaded.state.status === 'running')
    await execute(database, tx, aggregates.broadcast, id, await commandFor(), broadcastCause(id), { loaded });
  return { kind: 'again' };
}

async function openRecipients(
  tx: Tx,
  broadcastId: string,
  { statuses, after, limit, now }: Range & { readonly statuses: readonly string[]; readonly now: Date },
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from broadcast_recipients where tenant_id = $1 and broadcast_id = $2 and status in ('pending', 'sending') and status = any($3)
       and (not_before is null or not_before <= $5 or status = 'sending') and ($4::uuid is null or id > $4) order by id limit $6`,
    [tx.tenantId, broadcastId, statuses, after, now, limit],
  );
  return rows.map(({ id }) => id);
}

/** When the next of those who sleep wakes up; null: there is none. */
async function nextDue(tx: Tx, broadcastId: string): Promise<Date | null> {
  const { rows } = await tx.query<{ dueAt: Date | null }>(
    `select min(not_before) as "dueAt" from broadcast_recipients where tenant_id = $1 and broadcast_id = $2 and status = 'pending'`,
    [tx.tenantId, broadcastId],
  );
  return rows[0]?.dueAt ?? null;
}
