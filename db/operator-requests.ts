// What operators have asked for and nobody has done yet: it waits in the database until a relay or a consumer process takes it. Asked over all tenants.
import type { Metrics } from '../platform/metrics.ts';
import type { Pool } from './pool.ts';
import { inSystem } from './transaction.ts';

/** Kinds of requests: redriven or discarded events of the outbox, redriven or discarded dead letters, replays, rebuilds. */
export const operatorRequestKinds = ['outbox', 'letters', 'replay', 'rebuild'] as const;
type Kind = (typeof operatorRequestKinds)[number];

/** Of one kind: for how long the oldest has been waiting that nobody works on; how many are worked on, but their last step failed. */
export type WaitingRequests = { readonly kind: Kind; readonly oldestSeconds: number; readonly failing: number };

/** Asks once. Kinds of which nothing waits are left out. */
export function readOperatorRequests(systemPool: Pool): Promise<readonly WaitingRequests[]> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<WaitingRequests>(
      `select kind, coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::float8 as "oldestSeconds", count(*) filter (where failing) as failing
       from (
         -- Only a redrive or a discard leaves an event with all its tries and a moment for the next one.
         select 'outbox' as kind, next_attempt_at as since, false as failing from outbox_events
         where status = 'pending' and next_attempt_at <= clock_timestamp() and retry_count = 0
         union all select 'letters', requested_at, false from consumer_resends
         -- Those of one consumer are done one after the other: what is behind another one waits for that.
         union all select kind, case when leased_until is null or leased_until < clock_timestamp() then greatest(requested_at, leased_until) end,
           leased_until >= clock_timestamp() and last_error is not null
         from (select distinct on (consumer_name) * from consumer_requests where ended_at is null order by consumer_name, requested_at, id) first
       ) asked group by kind`,
    );
    return rows.map((row) => ({ ...row, oldestSeconds: Math.max(0, row.oldestSeconds) }));
  });
}

/** Registers the metrics; without an answer nothing is shown. */
export function measureOperatorRequests(metrics: Metrics, current: () => readonly WaitingRequests[] | undefined): void {
  const gauge = (name: string, help: string, of: (one: WaitingRequests) => number): void => {
    metrics.gauge({
      name,
      help,
      labels: ['request'],
      collect: (self) => {
        self.reset();
        const waiting = current();
        if (waiting === undefined) return;
        for (const kind of operatorRequestKinds) {
          const one = waiting.find((each) => each.kind === kind);
          self.set({ request: kind }, one === undefined ? 0 : of(one));
        }
      },
    });
  };
  gauge(
    'operator_requests_oldest_seconds',
    "For how long the oldest of the operators' requests has waited that nobody works on; 0 when none does.",
    ({ oldestSeconds }) => oldestSeconds,
  );
  gauge(
    'operator_requests_failing',
    'Replays and rebuilds under way whose last step failed; they try again by themselves.',
    ({ failing }) => failing,
  );
}
