// The events of a session. The session is event-sourced: these rows hold everything its state is made of.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, duration, id, map, reason, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { older } from '../kernel/versions.ts';

/** Why a session ended. */
export const sessionEndReasons = [
  'inactivity_timeout',
  'manual_close',
  'contact_request',
  'agent_close',
  'system_close',
  'saga_compensated',
] as const;

/** Who or what gave a session to an agent. */
export const assignmentSources = [
  'manual',
  'automatic',
  'reassignment_inactivity',
  'reassignment_no_response',
  'reassignment_workload',
  'reassignment_manual',
  'system',
] as const;

/** How the contact sounds, all in all. */
export const sentiments = ['positive', 'neutral', 'negative', 'mixed'] as const;

/** How far a conversation had come when the contact left it: never answered, answered, or passed up. */
export const conversationStages = ['unanswered', 'answered', 'escalated'] as const;

/** What a model says of a session. The score goes from -1 (worst) to 1. */
export const sessionSummary = {
  summary: pii(z.string().min(1).max(10_000)),
  sentiment: z.enum(sentiments),
  sentimentScore: z.number().min(-1).max(1),
};

const sessionId = id;
const someSession = '018f5a10-0000-7000-8000-000000000005';
const someContact = '018f5a10-0000-7000-8000-000000000001';
const someChannel = '018f5a10-0000-7000-8000-000000000002';
const someType = '018f5a10-0000-7000-8000-000000000006';
const someTime = '2026-01-31T12:00:00.000Z';

const ended = z.object({
  sessionId,
  contactId: id,
  tenantId,
  channelId: id,
  channelTypeId: id.optional(),
  pipelineId: id.optional(),
  startedAt: at,
  endedAt: at,
  reason: z.enum(sessionEndReasons),
  duration,
  triggerMessageId: id.optional(),
  eventsSummary: map,
  metrics: map,
});
const someEnd: z.infer<typeof ended> = {
  sessionId: someSession,
  contactId: someContact,
  tenantId: 'demo',
  channelId: someChannel,
  channelTypeId: someType,
  startedAt: someTime,
  endedAt: '2026-01-31T12:30:00.000Z',
  reason: 'inactivity_timeout',
  duration: 'PT30M',
  eventsSummary: {},
  metrics: { messageCount: 1, contactMessageCount: 1, ownMessageCount: 0 },
};

export const sessionEvents = defineEvents('session', {
  'session.started': event({
    version: 1,
    summary: 'A conversation with a contact began on a channel.',
    data: z.object({
      sessionId,
      contactId: id,
      tenantId,
      channelTypeId: id,
      startedAt: at,
      channelId: id.optional(),
      projectId: id.optional(),
      chatId: id.optional(),
      /** It was held before the channel was connected, and is over. */
      imported: z.literal(true).optional(),
    }),
    webhooks: ['session.created'],
    timeline: 'session',
    example: {
      sessionId: someSession,
      contactId: someContact,
      tenantId: 'demo',
      channelTypeId: someType,
      startedAt: someTime,
      channelId: someChannel,
      projectId: '018f5a10-0000-7000-8000-000000000003',
    },
  }),
  'session.ended': event({
    version: 2,
    summary:
      'The conversation ended; `reason` says why, `metrics` how many messages it had, `eventsSummary` how many events of each type.',
    data: ended,
    older: [
      older({
        data: ended.extend({ messageIds: z.array(id) }),
        example: { ...someEnd, messageIds: ['018f5a10-0000-7000-8000-000000000004'] },
        upcast: ({ messageIds: _ids, ...data }) => data,
        downcast: { impossible: 'it no longer carries the ids of its messages; they are listed by GET /v1/messages' },
        deprecated: {
          since: '2026-11-23',
          until: '2026-11-23',
          why: 'a long conversation has more messages than an event should carry, and nobody gathered them',
        },
      }),
    ],
    webhooks: ['session.closed'],
    timeline: 'session',
    example: someEnd,
  }),
  'session.message_recorded': event({
    version: 1,
    summary: 'A message was counted in the session; `undone` takes back one that a compensated saga had counted.',
    data: z.object({
      sessionId,
      fromContact: z.boolean(),
      recordedAt: at,
      messageId: id.optional(),
      undone: z.literal(true).optional(),
      firstMessageAt: at.nullable().optional(),
      lastMessageAt: at.nullable().optional(),
    }),
    webhooks: [],
    example: {
      sessionId: someSession,
      fromContact: true,
      recordedAt: someTime,
      messageId: '018f5a10-0000-7000-8000-000000000004',
    },
  }),
  'session.agent_assigned': event({
    version: 1,
    summary: 'The session was given to an agent; `reassignmentCount` counts the changes after the first.',
    data: z.object({
      sessionId,
      agentId: id,
      assignedAt: at,
      source: z.enum(assignmentSources),
      assignedByAgentId: id.optional(),
      previousAgentId: id.optional(),
      reassignmentReason: reason.optional(),
      assignmentStrategy: z.string().optional(),
      reassignmentCount: count,
    }),
    webhooks: ['session.agent_assigned'],
    example: {
      sessionId: someSession,
      agentId: '018f5a10-0000-7000-8000-000000000007',
      assignedAt: someTime,
      source: 'manual',
      reassignmentCount: 0,
    },
  }),
  'session.resolved': event({
    version: 1,
    summary: 'What the contact asked for was settled.',
    data: z.object({ sessionId, resolvedAt: at }),
    webhooks: ['session.resolved'],
    example: { sessionId: someSession, resolvedAt: someTime },
  }),
  'session.escalated': event({
    version: 1,
    summary: 'The session was passed up to someone who can decide more.',
    data: z.object({ sessionId, escalatedAt: at }),
    webhooks: ['session.escalated'],
    example: { sessionId: someSession, escalatedAt: someTime },
  }),
  'session.summarized': event({
    version: 1,
    summary: 'What the session was about was put into a few sentences.',
    data: z.object({ sessionId, ...sessionSummary, generatedAt: at }),
    webhooks: ['session.summarized'],
    example: {
      sessionId: someSession,
      summary: 'Ana asked whether the shop is open on Sunday and was told the hours.',
      sentiment: 'positive',
      sentimentScore: 0.6,
      generatedAt: someTime,
    },
  }),
  'session.abandoned': event({
    version: 1,
    summary: 'The contact left the conversation before it was settled; one that writes again has not.',
    data: z.object({
      sessionId,
      lastAgentMessageAt: at.optional(),
      minutesSinceLastResponse: count,
      messagesBeforeAbandonment: count,
      conversationStage: z.enum(conversationStages),
      abandonedAt: at,
    }),
    webhooks: ['session.abandoned'],
    example: {
      sessionId: someSession,
      lastAgentMessageAt: someTime,
      minutesSinceLastResponse: 45,
      messagesBeforeAbandonment: 6,
      conversationStage: 'answered',
      abandonedAt: '2026-01-31T12:45:00.000Z',
    },
  }),
});

/** Any event of a session. */
export type SessionEvent = EventsOf<typeof sessionEvents>;
