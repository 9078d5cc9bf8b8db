// Adds the sessions up that began in a range: by agent, channel or day, and all together, so that the groups make up the total.
import type { Tx } from '../transaction.ts';

/** By what sessions can be grouped. */
export const sessionGroups = ['agent', 'channel', 'day'] as const;

/** Which sessions: those that began from `from` on and before `to`. Days are of `timezone`, an IANA name. */
export type SessionRange = {
  readonly from: string;
  readonly to: string;
  readonly groupBy: (typeof sessionGroups)[number];
  readonly timezone: string;
  readonly projectId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly agentId?: string | undefined;
};

/** Seconds over all that were measured; null: none was. */
export type Spread = {
  readonly count: number;
  readonly average: number | null;
  readonly median: number | null;
  readonly p90: number | null;
};

/** What is told of some sessions. A session counts for the agent who has it now, or had it last. */
export type SessionTotals = {
  readonly sessions: number;
  readonly open: number;
  readonly ended: number;
  readonly resolved: number;
  readonly escalated: number;
  readonly abandoned: number;
  readonly waiting: number;
  readonly messages: number;
  readonly contactMessages: number;
  readonly ownMessages: number;
  readonly durationSeconds: Spread;
  readonly firstResponseSeconds: Spread;
  readonly responseSeconds: Pick<Spread, 'count' | 'average'>;
};

/** `key`: the agent's or channel's id, or the day as YYYY-MM-DD; null: the sessions that have none. */
export type SessionAnalytics = {
  readonly total: SessionTotals;
  readonly groups: readonly (SessionTotals & { readonly key: string | null })[];
};

type Row = Omit<SessionTotals, 'durationSeconds' | 'firstResponseSeconds' | 'responseSeconds'> & {
  readonly key: string | null;
  readonly isTotal: boolean;
  readonly duration: Spread;
  readonly firstResponse: Spread;
  readonly responses: number;
  readonly averageResponse: number | null;
};

const keys: Readonly<Record<SessionRange['groupBy'], string>> = {
  agent: 'agent_id::text',
  channel: 'channel_id::text',
  day: `to_char(started_at at time zone $4::text, 'YYYY-MM-DD')`,
};

const spread = (
  column: string,
): string => `json_build_object('count', count(${column}), 'average', avg(${column})::float8,
  'median', percentile_cont(0.5) within group (order by ${column}), 'p90', percentile_cont(0.9) within group (order by ${column}))`;

/** The total and its groups, the largest first; days in their order. */
export async function sessionAnalytics(tx: Tx, range: SessionRange): Promise<SessionAnalytics> {
  const { rows } = await tx.query<Row>(
    `select key, grouping(key) = 1 as "isTotal", count(*) as sessions, count(*) filter (where ended_at is null) as open, count(ended_at) as ended,
       count(resolved_at) as resolved, count(escalated_at) as escalated, count(abandoned_at) as abandoned,
       count(*) filter (where ended_at is null and unanswered <> '[]') as waiting,
       coalesce(sum(contact_message_count + own_message_count), 0)::float8 as messages,
       coalesce(sum(contact_message_count), 0)::float8 as "contactMessages", coalesce(sum(own_message_count), 0)::float8 as "ownMessages",
       ${spread('duration_seconds')} as duration, ${spread('first_response_seconds')} as "firstResponse",
       coalesce(sum(response_count), 0)::float8 as responses, (sum(response_seconds) / nullif(sum(response_count), 0))::float8 as "averageResponse"
     from (select *, ${keys[range.groupBy]} as key from session_analytics
       where tenant_id = $1 and started_at >= $2 and started_at < $3 and $4::text is not null
         and ($5::uuid is null or project_id = $5) and ($6::uuid is null or channel_id = $6) and ($7::uuid is null or agent_id = $7)) session
     group by grouping sets ((key), ()) order by ${range.groupBy === 'day' ? 'key' : 'count(*) desc, key'}`,
    [
      tx.tenantId,
      range.from,
      range.to,
      range.timezone,
      range.projectId ?? null,
      range.channelId ?? null,
      range.agentId ?? null,
    ],
  );
  const told = rows.map(toTotals);
  return {
    total: told.find(({ isTotal }) => isTotal)?.totals ?? toTotals(none).totals,
    groups: told.flatMap(({ isTotal, key, totals }) => (isTotal ? [] : [{ key, ...totals }])),
  };
}

const nothing: Spread = { count: 0, average: null, median: null, p90: null };
const none: Row = {
  key: null,
  isTotal: true,
  sessions: 0,
  open: 0,
  ended: 0,
  resolved: 0,
  escalated: 0,
  abandoned: 0,
  waiting: 0,
  messages: 0,
  contactMessages: 0,
  ownMessages: 0,
  duration: nothing,
  firstResponse: nothing,
  responses: 0,
  averageResponse: null,
};

function toTotals(row: Row): {
  readonly isTotal: boolean;
  readonly key: string | null;
  readonly totals: SessionTotals;
} {
  const { key, isTotal, duration, firstResponse, responses, averageResponse, ...counts } = row;
  const totals = {
    ...counts,
    durationSeconds: duration,
    firstResponseSeconds: firstResponse,
    responseSeconds: { count: responses, average: averageResponse },
  };
  return { isTotal, key, totals };
}
