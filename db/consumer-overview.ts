// What an operator sees of the consumers: queues, lag, what is parked, in retry and given up, who is paused. Inside a tenant (HTTP) or over all (command line).
import { DomainError } from '../domain/kernel/errors.ts';
import { oldestOpen } from './consumer-progress.ts';
import { type ConsumerStatus, consumerStatus } from './consumer-status.ts';
import type { Tx } from './transaction.ts';

/** One consumer. Counts are of the tenant, or of all; the queues are everybody's. Times are ISO 8601. */
export type ConsumerOverview = {
  readonly name: string;
  readonly ordered: boolean;
  readonly eventTypes: readonly string[];
  readonly paused: { readonly since: string; readonly note: string | null } | null;
  /** Age of the oldest event on its way to the consumer, from its commit on; 0: there is none. Parked and dead ones are counted apart. */
  readonly lagSeconds: number;
  readonly inRetry: number;
  readonly toSendAgain: number;
  readonly dead: { readonly count: number; readonly oldestAt: string | null };
  readonly parked: { readonly aggregates: number; readonly events: number; readonly oldestAt: string | null };
  readonly rebuildRefusal: string | null;
  /** Null: `queueUnknown` says why. */
  readonly queue: QueueFigures | null;
  readonly queueUnknown: string | null;
};

/** A look at a consumer's queues; `unacked` null: only the management API knows. */
export type QueueFigures = {
  readonly name: string;
  readonly ready: number;
  readonly unacked: number | null;
  readonly subscribers: number;
  readonly deadQueue: string;
  readonly deadReady: number;
  readonly lookedAt: string;
};

type Counts = {
  readonly name: string;
  readonly paused_at: Date | null;
  readonly paused_note: string | null;
  readonly in_retry: number;
  readonly to_send: number;
  readonly dead: number;
  readonly dead_since: Date | null;
  readonly parked_aggregates: number;
  readonly parked_events: number;
  readonly parked_since: Date | null;
};

/** An older look says nothing about now. */
const staleAfterMs = 60_000;

/** All consumers, or the one that is named. `now`: what ages are counted to. */
export async function consumerOverviews(tx: Tx, now: Date, name: string | null = null): Promise<ConsumerOverview[]> {
  const statuses = await consumerStatus(tx, name);
  const { rows } = await tx.query<Counts>(
    `select status.consumer_name as name, coalesce(control.paused_at, control.rebuild_since) as paused_at,
       case when control.paused_at is null then 'rebuild ' || control.rebuild_id else control.paused_note end as paused_note, failed.in_retry, failed.dead, failed.dead_since,
       (select count(*) from consumer_resends resend where resend.consumer_name = status.consumer_name) as to_send,
       parked.aggregates as parked_aggregates, parked.events as parked_events, parked.since as parked_since
     from consumer_status status left join consumer_controls control using (consumer_name)
     cross join lateral (select count(*) filter (where dead_at is null and attempts > 0) as in_retry, count(dead_at) as dead, min(dead_at) as dead_since
       from consumer_failures failure where failure.consumer_name = status.consumer_name) failed
     cross join lateral (select count(distinct aggregate_id) as aggregates, count(*) as events, min(parked_at) as since
       from parked_events where parked_events.consumer_name = status.consumer_name) parked
     where $1::text is null or status.consumer_name = $1`,
    [name],
  );
  const counts = new Map(rows.map((row) => [row.name, row]));
  const overviews: ConsumerOverview[] = [];
  for (const status of statuses) {
    const row = counts.get(status.name);
    if (row) overviews.push(toOverview(status, row, await oldestOpen(tx, status.name), now));
  }
  return overviews;
}

/** The named one. Throws not_found. */
export async function consumerOverview(tx: Tx, now: Date, name: string): Promise<ConsumerOverview> {
  const [overview] = await consumerOverviews(tx, now, name);
  if (!overview) throw new DomainError('not_found', 'There is no such consumer: check its name.');
  return overview;
}

function toOverview(status: ConsumerStatus, row: Counts, open: Date | null, now: Date): ConsumerOverview {
  const { name, ordered, eventTypes, rebuildRefusal } = status;
  const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
  return {
    name,
    ordered,
    eventTypes,
    paused: row.paused_at && { since: row.paused_at.toISOString(), note: row.paused_note },
    lagSeconds: open ? Math.max(0, Math.round((now.getTime() - open.getTime()) / 100) / 10) : 0,
    inRetry: row.in_retry,
    toSendAgain: row.to_send,
    dead: { count: row.dead, oldestAt: iso(row.dead_since) },
    parked: { aggregates: row.parked_aggregates, events: row.parked_events, oldestAt: iso(row.parked_since) },
    rebuildRefusal,
    ...queueOf(status, now),
  };
}

function queueOf(status: ConsumerStatus, now: Date): Pick<ConsumerOverview, 'queue' | 'queueUnknown'> {
  const { ready, unacked, subscribers, deadReady, problem, lookedAt, queue: name, deadQueue } = status;
  if (lookedAt === null) return { queue: null, queueUnknown: 'no consumer process has looked at the broker yet' };
  const at = lookedAt.toISOString();
  if (now.getTime() - lookedAt.getTime() > staleAfterMs)
    return { queue: null, queueUnknown: `no consumer process has looked at the broker since ${at}` };
  if (ready === null || subscribers === null || deadReady === null)
    return { queue: null, queueUnknown: problem ?? 'the broker did not say' };
  return { queue: { name, ready, unacked, subscribers, deadQueue, deadReady, lookedAt: at }, queueUnknown: null };
}
