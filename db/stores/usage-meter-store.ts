// The usage meter's table, and the keys of what it counted: each once, in the transaction that counts it.
import { violated } from '../../domain/kernel/errors.ts';
import type { UsageMeterEvent } from '../../domain/usage-meter/events.ts';
import type { UsageMeter } from '../../domain/usage-meter/usage-meter.ts';
import { usageMeters } from '../schema/usage-meters.ts';
import { defineStore } from '../state-store.ts';
import type { Tx } from '../transaction.ts';

export const usageMeterStore = defineStore<UsageMeter>({
  table: usageMeters,
  columns: {
    id: 'plain',
    accountId: 'plain',
    metric: 'plain',
    stripeMeterEventName: 'plain',
    total: 'plain',
    counted: 'plain',
    reported: 'plain',
    reportedAt: 'time',
    periodStart: 'time',
    periodEnd: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    usage_meters_metric: {
      rule: 'metric_taken',
      message: 'The account has a meter of this metric already: count with that one.',
    },
  },
});

/** Keeps the keys of what was counted. Throws DomainError rule_violated (`counted_already`) for one that was. */
export async function keepUsageKeys({
  tx,
  events,
  state,
}: {
  tx: Tx;
  events: readonly UsageMeterEvent[];
  state: UsageMeter;
}): Promise<void> {
  const keys = events.flatMap((event) =>
    event.type === 'billing.usage.incremented' && event.data.key !== undefined ? [event.data.key] : [],
  );
  if (keys.length === 0) return;
  const { rowCount } = await tx.query(
    `insert into usage_keys (tenant_id, meter_id, key) select $1, $2, key from unnest($3::text[]) key on conflict do nothing`,
    [tx.tenantId, state.id, keys],
  );
  if (rowCount !== keys.length)
    throw violated(
      'counted_already',
      'What this key names is counted already: count each thing under a key of its own.',
    );
}
