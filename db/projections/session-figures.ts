// What is measured of one session, event by event: pure, and the same whether the events come one by one or all at once.
import type { ProjectedEvent, Row } from './read-model.ts';

type Unanswered = { readonly messageId: string | null; readonly at: string };
type Answer = {
  readonly messageId: string | null;
  readonly seconds: number;
  readonly isFirst: boolean;
  readonly unanswered: readonly Unanswered[];
};

/** A row of session_analytics. `unanswered`: the contact's messages that wait; `last_answer`: what its taking back would restore. */
export type SessionFigures = Row & {
  readonly session_id: string;
  readonly tenant_id: string;
  readonly project_id: string | null;
  readonly channel_id: string | null;
  readonly agent_id: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly end_reason: string | null;
  readonly duration_seconds: number | null;
  readonly contact_message_count: number;
  readonly own_message_count: number;
  readonly first_response_seconds: number | null;
  readonly response_count: number;
  readonly response_seconds: number;
  readonly reassignment_count: number;
  readonly resolved_at: string | null;
  readonly escalated_at: string | null;
  readonly abandoned_at: string | null;
  readonly unanswered: readonly Unanswered[];
  readonly last_answer: Answer | null;
};

/** Only the first of those that wait is measured; the others are for when that one is taken back. */
const keptUnanswered = 50;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const seconds = (from: string, to: string): number =>
  Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1_000));

/** The row after an event of its session. Without its beginning there is none: a rebuild brings it. */
export function evolveSession(row: SessionFigures | undefined, event: ProjectedEvent): SessionFigures | undefined {
  if (event.type === 'session.started') return started(event);
  if (!row) return undefined;
  const { type, data } = event;
  switch (type) {
    case 'session.message_recorded': {
      const message = { messageId: text(data['messageId']), at: String(data['recordedAt']) };
      if (data['fromContact'] === true)
        return data['undone'] ? withoutQuestion(row, message) : withQuestion(row, message);
      return data['undone'] ? withoutAnswer(row, message) : withAnswer(row, message);
    }
    case 'session.agent_assigned':
      return { ...row, agent_id: text(data['agentId']), reassignment_count: Number(data['reassignmentCount']) };
    case 'session.resolved':
      return { ...row, resolved_at: text(data['resolvedAt']) };
    case 'session.escalated':
      return { ...row, escalated_at: text(data['escalatedAt']) };
    case 'session.abandoned':
      return { ...row, abandoned_at: text(data['abandonedAt']) };
    case 'session.ended': {
      const endedAt = String(data['endedAt']);
      return {
        ...row,
        channel_id: text(data['channelId']) ?? row.channel_id,
        ended_at: endedAt,
        end_reason: text(data['reason']),
        duration_seconds: seconds(row.started_at, endedAt),
      };
    }
    default:
      return row;
  }
}

function started({ aggregateId, tenantId, projectId, data }: ProjectedEvent): SessionFigures {
  return {
    session_id: aggregateId,
    tenant_id: tenantId,
    project_id: text(data['projectId']) ?? projectId,
    channel_id: text(data['channelId']),
    agent_id: null,
    started_at: String(data['startedAt']),
    ended_at: null,
    end_reason: null,
    duration_seconds: null,
    contact_message_count: 0,
    own_message_count: 0,
    first_response_seconds: null,
    response_count: 0,
    response_seconds: 0,
    reassignment_count: 0,
    resolved_at: null,
    escalated_at: null,
    abandoned_at: null,
    unanswered: [],
    last_answer: null,
  };
}

function withQuestion(row: SessionFigures, message: Unanswered): SessionFigures {
  return {
    ...row,
    contact_message_count: row.contact_message_count + 1,
    unanswered: [...row.unanswered, message].slice(0, keptUnanswered),
    // Who writes again has not left.
    abandoned_at: null,
  };
}

function withoutQuestion(row: SessionFigures, { messageId }: Unanswered): SessionFigures {
  const others = (all: readonly Unanswered[]) => all.filter((one) => one.messageId !== messageId);
  return {
    ...row,
    contact_message_count: row.contact_message_count - 1,
    unanswered: others(row.unanswered),
    last_answer: row.last_answer && { ...row.last_answer, unanswered: others(row.last_answer.unanswered) },
  };
}

/** The first message of ours after any of the contact's answers all that wait, measured from the earliest. */
function withAnswer(row: SessionFigures, { messageId, at }: Unanswered): SessionFigures {
  const counted = { ...row, own_message_count: row.own_message_count + 1 };
  const [first, ...more] = row.unanswered;
  if (!first) return counted;
  const since = more.reduce(
    (earliest, one) => (Date.parse(one.at) < Date.parse(earliest) ? one.at : earliest),
    first.at,
  );
  const took = seconds(since, at);
  return {
    ...counted,
    first_response_seconds: row.first_response_seconds ?? took,
    response_count: row.response_count + 1,
    response_seconds: row.response_seconds + took,
    unanswered: [],
    last_answer: {
      messageId,
      seconds: took,
      isFirst: row.first_response_seconds === null,
      unanswered: row.unanswered,
    },
  };
}

function withoutAnswer(row: SessionFigures, { messageId }: Unanswered): SessionFigures {
  const counted = { ...row, own_message_count: row.own_message_count - 1 };
  const { last_answer: answer } = row;
  if (!answer || answer.messageId !== messageId) return counted;
  return {
    ...counted,
    first_response_seconds: answer.isFirst ? null : row.first_response_seconds,
    response_count: row.response_count - 1,
    response_seconds: row.response_seconds - answer.seconds,
    unanswered: [...answer.unanswered, ...row.unanswered].slice(0, keptUnanswered),
    last_answer: null,
  };
}
