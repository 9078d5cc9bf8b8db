// A rebuild is asked for: what it would do, what would be lost, and when it is refused.
import { violated } from '../domain/kernel/errors.ts';
import { pausedConsumers } from './consumer-controls.ts';
import { describedConsumer, type Estimate, insertRequest } from './consumer-requests.ts';
import { countLog } from './log-events.ts';
import type { Tx } from './transaction.ts';

/** `lost`: what the consumer has processed and the log has no more; its traces in the read model would be gone. `logBegins`: the oldest event there is. */
export type RebuildEstimate = Estimate & { readonly lost: number; readonly logBegins: string | null };

/** Asks for a rebuild of all tenants' read model. Throws not_found, rule_violated: it can't be rebuilt, is paused, is being rebuilt, would lose something. As app_system. */
export async function requestRebuild(
  tx: Tx,
  order: { readonly id: string; readonly consumer: string; readonly acceptGap: boolean },
  { dryRun }: { dryRun: boolean },
): Promise<RebuildEstimate> {
  const { consumer } = order;
  const { rebuildRefusal, eventTypes } = await describedConsumer(tx, consumer);
  if (rebuildRefusal !== null) throw violated('not_rebuildable', rebuildRefusal);
  if ((await pausedConsumers(tx)).some(({ name }) => name === consumer))
    throw violated('paused', `${consumer} is paused: resume it first, because a rebuild needs it to run.`);
  const open = await tx.query(
    "select from consumer_requests where consumer_name = $1 and kind = 'rebuild' and ended_at is null",
    [consumer],
  );
  if (open.rowCount) throw violated('rebuild_running', `${consumer} is being rebuilt already.`);
  const range = { types: eventTypes, from: null, to: null };
  const estimate = { ...(await countLog(tx, consumer, range, null)), ...(await gapOf(tx, consumer)) };
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
    `The log reaches back to ${logBegins ?? 'nowhere'} only: ${lost} events that ${consumer} has processed are in it no more, ` +
    'and what they made in its read model would be lost. Accept the gap if that is what you want.'
  );
}

async function gapOf(tx: Tx, consumer: string): Promise<{ lost: number; logBegins: string | null }> {
  const { rows } = await tx.query<{ begins: Date | null; lost: number }>(
    `with log as (select min(first.created_at) as begins from tenants tenant cross join lateral (
       select created_at from outbox_events where tenant_id = tenant.tenant_id order by id limit 1) first)
     select log.begins, (select count(*) from processed_events where consumer_name = $1 and (log.begins is null or processed_at < log.begins)) as lost from log`,
    [consumer],
  );
  return { lost: Number(rows[0]?.lost ?? 0), logBegins: rows[0]?.begins?.toISOString() ?? null };
}
