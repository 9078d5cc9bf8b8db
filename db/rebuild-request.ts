// A rebuild is asked for: what it would do, what would be lost, and when it is refused.
import { violated } from '../domain/kernel/errors.ts';
import { isPausedByOperator } from './consumer-controls.ts';
import { countGap } from './consumer-rebuild.ts';
import {
  type Asking,
  defaultCountAtMost,
  describedConsumer,
  type Estimate,
  insertRequest,
} from './consumer-requests.ts';
import { countLog } from './log-events.ts';
import { projectionOf } from './projections/index.ts';
import type { Tx } from './transaction.ts';

/**
 * `lost`: what the consumer has processed and the log has no more (events, or of an ordered consumer aggregates whose beginning is gone); its traces in the
 * read model would be gone. `logBegins`: the oldest event there is.
 */
export type RebuildEstimate = Estimate & { readonly lost: number; readonly logBegins: string | null };

/** `onlyCompares`, of a projection: tells how many rows are not as the log says, and changes none. */
export type RebuildOrder = {
  readonly id: string;
  readonly consumer: string;
  readonly acceptGap: boolean;
  readonly onlyCompares?: boolean;
};

/**
 * Asks for a rebuild of all tenants' read model. Throws not_found, rule_violated: it can't be rebuilt, is being rebuilt; of what is cleared first, too: it is
 * paused, would lose something. As app_system.
 */
export async function requestRebuild(
  tx: Tx,
  order: RebuildOrder,
  { dryRun, countAtMost = defaultCountAtMost }: Asking,
): Promise<RebuildEstimate> {
  const { consumer } = order;
  const { rebuildRefusal, eventTypes, ordered } = await describedConsumer(tx, consumer);
  if (rebuildRefusal !== null) throw violated('not_rebuildable', rebuildRefusal);
  // Whoever asks at the same moment sees this one, and is refused.
  await tx.query("select pg_advisory_xact_lock(hashtextextended('rebuild ' || $1, 0))", [consumer]);
  const isCleared = projectionOf(consumer) === undefined;
  if (order.onlyCompares && isCleared)
    throw violated(
      'not_comparable',
      `${consumer} builds no projection: its read model can only be cleared and rebuilt.`,
    );
  if (isCleared && (await isPausedByOperator(tx, consumer)))
    throw violated('paused', `${consumer} is paused: resume it first, because a rebuild needs it to run.`);
  const open = await tx.query(
    "select from consumer_requests where consumer_name = $1 and kind = 'rebuild' and ended_at is null",
    [consumer],
  );
  if (open.rowCount) throw violated('rebuild_running', `${consumer} is being rebuilt already.`);
  const range = { types: eventTypes, from: null, to: null };
  const estimate = {
    ...(await countLog(tx, consumer, range, null, countAtMost)),
    lost: isCleared ? await countGap(tx, consumer, ordered, countAtMost) : 0,
    logBegins: await beginningOfLog(tx),
  };

  if (estimate.lost > 0 && !order.acceptGap && !dryRun) throw violated('gap', describeGap(consumer, estimate));
  if (!dryRun)
    await insertRequest(tx, {
      ...order,
      kind: 'rebuild',
      tenantId: null,
      from: null,
      to: null,
      types: null,
      total: estimate.count,
    });
  return estimate;
}

/** What to tell of a log that does not reach back far enough. */
export function describeGap(consumer: string, { lost, logBegins }: RebuildEstimate): string {
  return (
    `The log reaches back to ${logBegins ?? 'nowhere'} only: ${lost} events that ${consumer} has processed (if it is ordered: aggregates that began in them) are in it no more, ` +
    'and what they made in its read model would be lost. Accept the gap if that is what you want.'
  );
}

async function beginningOfLog(tx: Tx): Promise<string | null> {
  const { rows } = await tx.query<{ begins: Date | null }>(
    `select min(first.created_at) as begins from tenants tenant cross join lateral (
       select created_at from outbox_events where tenant_id = tenant.tenant_id order by id limit 1) first`,
  );
  return rows[0]?.begins?.toISOString() ?? null;
}
