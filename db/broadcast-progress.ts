// How far a broadcast is, and when it will be through: counted and reckoned, never kept.
import type { Broadcast } from '../domain/broadcast/broadcast.ts';
import { finishAt } from '../domain/outreach/pacing.ts';
import { countRecipients, previewAudience, type RecipientCounts } from './broadcast-audience.ts';
import { bucketsOf } from './broadcast-pacing.ts';
import type { Tx } from './transaction.ts';

type Asked = Pick<Broadcast, 'id' | 'listId' | 'channelId' | 'ratePerMinute'> & { readonly startsAt: Date };

/** When `count` messages would be sent, had their sending begun at `startsAt`; null: not within ten years. */
async function endOf(tx: Tx, broadcast: Asked, count: number): Promise<string | null> {
  const at = finishAt(await bucketsOf(tx, broadcast), { count, nowMs: broadcast.startsAt.getTime() });
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}

/** How many are in which state, and when the last one who waits will have been sent to; the quiet hours are reckoned by the channel's own time zone. */
export async function progressOf(
  tx: Tx,
  broadcast: Asked,
): Promise<{ readonly counts: RecipientCounts; readonly estimatedEndAt: string | null }> {
  const counts = await countRecipients(tx, broadcast.id);
  return { counts, estimatedEndAt: counts.pending === 0 ? null : await endOf(tx, broadcast, counts.pending) };
}

/** A dry run: whom it would go to, who would be passed over for which reason, and when it would be through. */
export async function dryRun(tx: Tx, broadcast: Asked) {
  const audience = await previewAudience(tx, broadcast);
  return { ...audience, estimatedEndAt: await endOf(tx, broadcast, audience.sendable) };
}
