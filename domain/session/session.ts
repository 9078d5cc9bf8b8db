// The session: one conversation of a contact on a channel, from its first message to its end. Event-sourced.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { durationBetween, earlier, later } from '../kernel/time.ts';
import type { SessionCommand } from './commands.ts';
import type { SessionEvent, sentiments } from './events.ts';

/** What `status` of a session can be; only `active` takes messages. */
export type SessionStatus = 'active' | 'ended' | 'expired' | 'manually_closed';

/** A session's state. `ownMessageCount` counts what the project's side sent. Times are ISO 8601. */
export type Session = {
  readonly id: string;
  readonly tenantId: string;
  readonly projectId: string;
  readonly contactId: string;
  readonly channelId: string;
  readonly channelTypeId: string;
  readonly chatId: string | null;
  readonly status: SessionStatus;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
  readonly messageCount: number;
  readonly contactMessageCount: number;
  readonly ownMessageCount: number;
  readonly firstMessageAt: string | null;
  readonly lastMessageAt: string | null;
  readonly agentId: string | null;
  readonly reassignmentCount: number;
  readonly resolvedAt: string | null;
  readonly escalatedAt: string | null;
  readonly abandonedAt: string | null;
  readonly summary: string | null;
  readonly sentiment: (typeof sentiments)[number] | null;
  readonly sentimentScore: number | null;
  readonly summarizedAt: string | null;
  readonly createdAt: string | null;
};

type DataOf<Type extends SessionCommand['type']> = Extract<SessionCommand, { type: Type }>['data'];

export const session = defineAggregate<Session, SessionCommand, SessionEvent>({
  aggregate: 'session',
  storage: 'events',
  initialState: () => ({
    id: '',
    tenantId: '',
    projectId: '',
    contactId: '',
    channelId: '',
    channelTypeId: '',
    chatId: null,
    status: 'active',
    startedAt: null,
    endedAt: null,
    endReason: null,
    messageCount: 0,
    contactMessageCount: 0,
    ownMessageCount: 0,
    firstMessageAt: null,
    lastMessageAt: null,
    agentId: null,
    reassignmentCount: 0,
    resolvedAt: null,
    escalatedAt: null,
    abandonedAt: null,
    summary: null,
    sentiment: null,
    sentimentScore: null,
    summarizedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: SessionCommand, state: Session): SessionEvent[] {
  const { at } = command;
  if (command.type === 'session.start') return start(command.data, at, state);
  if (command.type === 'session.import') return startImported(command.data, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such session.');
  // A saga may be compensated after the session ended: the count is put right all the same.
  if (command.type === 'session.undo_message') return undoMessage(command.data, state);
  if (command.type === 'session.summarize') return summarize(command.data, at, state);
  if (command.type === 'session.import_message')
    return [{ type: 'session.message_recorded', data: { sessionId: state.id, ...command.data } }];
  if (command.type === 'session.end_import') return endImported(command.data.endedAt, state);
  if (command.type === 'session.discard_import') return discardImported(at, state);
  if (state.status !== 'active')
    throw violated('session_not_active', 'The session has ended: start another one for this contact and channel.');
  const sessionId = state.id;
  switch (command.type) {
    case 'session.record_message':
      return [{ type: 'session.message_recorded', data: { sessionId, ...command.data } }];
    case 'session.close':
      return [close(command.data, at, state)];
    case 'session.resolve':
      return state.resolvedAt === null ? [{ type: 'session.resolved', data: { sessionId, resolvedAt: at } }] : [];
    case 'session.escalate':
      return state.escalatedAt === null ? [{ type: 'session.escalated', data: { sessionId, escalatedAt: at } }] : [];
    case 'session.abandon':
      return abandon(command.data, at, state);
    case 'session.assign_agent':
      return assignAgent(command.data, at, state);
  }
}

function start({ projectId, channelId, chatId, ...data }: DataOf<'session.start'>, at: string, state: Session) {
  if (state.createdAt !== null) throw violated('session_exists', 'A session with this id exists already.');
  const started: SessionEvent = {
    type: 'session.started',
    data: { ...data, startedAt: at, channelId, projectId, ...(chatId && { chatId }) },
  };
  return [started];
}

function startImported({ chatId, ...data }: DataOf<'session.import'>, state: Session): SessionEvent[] {
  if (state.createdAt !== null) throw violated('session_exists', 'A session with this id exists already.');
  return [{ type: 'session.started', data: { ...data, chatId, imported: true } }];
}

const isImported = ({ status, endReason, endedAt }: Session): boolean =>
  status === 'ended' && endReason === null && endedAt === null;

function endImported(endedAt: string, state: Session): SessionEvent[] {
  return isImported(state) ? [close({ reason: 'inactivity_timeout' }, endedAt, state)] : [];
}

function discardImported(at: string, state: Session): SessionEvent[] {
  return isImported(state) ? [close({ reason: 'saga_compensated' }, state.lastMessageAt ?? at, state)] : [];
}

function undoMessage(data: DataOf<'session.undo_message'>, state: Session): SessionEvent[] {
  const { previousMessageAt, previousFirstMessageAt, ...message } = data;
  if ((message.fromContact ? state.contactMessageCount : state.ownMessageCount) === 0) return [];
  const times =
    state.messageCount === 1
      ? { firstMessageAt: null, lastMessageAt: null }
      : { firstMessageAt: previousFirstMessageAt, lastMessageAt: previousMessageAt };
  return [{ type: 'session.message_recorded', data: { sessionId: state.id, ...message, undone: true, ...times } }];
}

function close(data: DataOf<'session.close'>, endedAt: string, state: Session): SessionEvent {
  const startedAt = state.startedAt ?? endedAt;
  return {
    type: 'session.ended',
    data: {
      sessionId: state.id,
      contactId: state.contactId,
      tenantId: state.tenantId,
      channelId: state.channelId,
      channelTypeId: state.channelTypeId,
      ...(data.pipelineId && { pipelineId: data.pipelineId }),
      startedAt,
      endedAt,
      reason: data.reason,
      duration: durationBetween(startedAt, endedAt),
      ...(data.triggerMessageId && { triggerMessageId: data.triggerMessageId }),
      eventsSummary: data.eventsSummary ?? {},
      metrics: {
        messageCount: state.messageCount,
        contactMessageCount: state.contactMessageCount,
        ownMessageCount: state.ownMessageCount,
      },
    },
  };
}

function summarize(data: DataOf<'session.summarize'>, generatedAt: string, state: Session): SessionEvent[] {
  if (state.messageCount === 0) throw violated('session_empty', 'The session has no message that could be summarized.');
  const { summary, sentiment, sentimentScore } = data;
  const isKnown = state.summary === summary && state.sentiment === sentiment && state.sentimentScore === sentimentScore;
  return isKnown ? [] : [{ type: 'session.summarized', data: { sessionId: state.id, ...data, generatedAt } }];
}

function abandon({ lastAgentMessageAt }: DataOf<'session.abandon'>, at: string, state: Session): SessionEvent[] {
  if (state.abandonedAt !== null) return [];
  if (state.messageCount === 0) throw violated('session_empty', 'Nobody has written in the session yet.');
  if (state.resolvedAt !== null)
    throw violated('session_resolved', 'What the session was about is settled: close it instead.');
  const since = lastAgentMessageAt ?? state.lastMessageAt ?? at;
  const stage = state.ownMessageCount === 0 ? 'unanswered' : 'answered';
  return [
    {
      type: 'session.abandoned',
      data: {
        sessionId: state.id,
        ...(lastAgentMessageAt && { lastAgentMessageAt }),
        minutesSinceLastResponse: Math.max(0, Math.floor((Date.parse(at) - Date.parse(since)) / 60_000)),
        messagesBeforeAbandonment: state.messageCount,
        conversationStage: state.escalatedAt === null ? stage : 'escalated',
        abandonedAt: at,
      },
    },
  ];
}

function assignAgent(data: DataOf<'session.assign_agent'>, assignedAt: string, state: Session): SessionEvent[] {
  if (state.agentId === data.agentId) return [];
  const previous = state.agentId === null ? {} : { previousAgentId: state.agentId };
  const reassignmentCount = state.reassignmentCount + (state.agentId === null ? 0 : 1);
  return [
    {
      type: 'session.agent_assigned',
      data: { sessionId: state.id, ...data, assignedAt, ...previous, reassignmentCount },
    },
  ];
}

function evolve(state: Session, event: SessionEvent): Session {
  switch (event.type) {
    case 'session.started': {
      const { sessionId, tenantId, projectId, contactId, channelId, channelTypeId, chatId, startedAt } = event.data;
      return {
        ...state,
        id: sessionId,
        tenantId,
        projectId: projectId ?? '',
        contactId,
        channelId: channelId ?? '',
        channelTypeId,
        chatId: chatId ?? null,
        status: event.data.imported ? 'ended' : state.status,
        startedAt,
        createdAt: startedAt,
      };
    }
    case 'session.message_recorded':
      return countMessage(state, event.data);
    case 'session.agent_assigned':
      return { ...state, agentId: event.data.agentId, reassignmentCount: event.data.reassignmentCount };
    case 'session.resolved':
      return { ...state, resolvedAt: event.data.resolvedAt };
    case 'session.escalated':
      return { ...state, escalatedAt: event.data.escalatedAt };
    case 'session.summarized': {
      const { summary, sentiment, sentimentScore, generatedAt } = event.data;
      return { ...state, summary, sentiment, sentimentScore, summarizedAt: generatedAt };
    }
    case 'session.abandoned':
      return { ...state, abandonedAt: event.data.abandonedAt };
    case 'session.ended':
      return {
        ...state,
        status: statusAfter(event.data.reason),
        endedAt: event.data.endedAt,
        endReason: event.data.reason,
      };
  }
}

type Recorded = Extract<SessionEvent, { type: 'session.message_recorded' }>['data'];

function countMessage(state: Session, recorded: Recorded): Session {
  const { fromContact, recordedAt, undone } = recorded;
  const change = undone ? -1 : 1;
  return {
    ...state,
    messageCount: state.messageCount + change,
    contactMessageCount: state.contactMessageCount + (fromContact ? change : 0),
    ownMessageCount: state.ownMessageCount + (fromContact ? 0 : change),
    ...(undone
      ? { firstMessageAt: firstAfterUndo(state, recorded), lastMessageAt: recorded.lastMessageAt ?? null }
      : {
          firstMessageAt: earlier(state.firstMessageAt, recordedAt),
          lastMessageAt: later(state.lastMessageAt, recordedAt),
          // Who writes again has not left.
          abandonedAt: fromContact ? null : state.abandonedAt,
        }),
  };
}

/** Older events do not say when the first message was: then it stays, as long as there is any. */
function firstAfterUndo({ messageCount, firstMessageAt }: Session, recorded: Recorded): string | null {
  if (recorded.firstMessageAt !== undefined) return recorded.firstMessageAt;
  return messageCount === 1 ? null : firstMessageAt;
}

function statusAfter(reason: string): SessionStatus {
  if (reason === 'inactivity_timeout') return 'expired';
  return reason === 'manual_close' || reason === 'agent_close' ? 'manually_closed' : 'ended';
}
