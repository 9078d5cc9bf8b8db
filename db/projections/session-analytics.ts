// Session analytics: one row a session, which GET /v1/analytics/sessions adds up by agent, channel or day. Ids, counts and times only.
import type { Tx } from '../transaction.ts';
import { fold, lockRows, type ProjectedEvent, putRows, type ReadModel } from './read-model.ts';
import { evolveSession, type SessionFigures } from './session-figures.ts';

export const sessionAnalytics: ReadModel = {
  table: 'session_analytics',
  key: 'session_id',
  columns: {
    session_id: 'uuid',
    tenant_id: 'text',
    project_id: 'uuid',
    channel_id: 'uuid',
    agent_id: 'uuid',
    started_at: 'timestamptz',
    ended_at: 'timestamptz',
    end_reason: 'text',
    duration_seconds: 'bigint',
    contact_message_count: 'integer',
    own_message_count: 'integer',
    first_response_seconds: 'bigint',
    response_count: 'integer',
    response_seconds: 'bigint',
    reassignment_count: 'integer',
    resolved_at: 'timestamptz',
    escalated_at: 'timestamptz',
    abandoned_at: 'timestamptz',
    unanswered: 'jsonb',
    last_answer: 'jsonb',
  },
  since: 'started_at',
  make: async (events) => fold(evolveSession, events),
};

/** Takes events of one tenant, each session's in its sequence. */
export async function measureSessions(events: readonly ProjectedEvent[], tx: Tx): Promise<void> {
  const ids = [...new Set(events.map(({ aggregateId }) => aggregateId))];
  const before = await lockRows<SessionFigures>(tx, sessionAnalytics, 'session_id = any($2::uuid[])', ids);
  await putRows(tx, sessionAnalytics, fold(evolveSession, events, before));
}
