// What can be asked of a session: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, map, reason, tenantId } from '../kernel/fields.ts';
import { assignmentSources, sessionEndReasons, sessionSummary } from './events.ts';

export const sessionCommands = defineCommands({
  /** Begins a session; that a contact has one active session per channel is guarded by the table's unique index. */
  'session.start': z.object({
    sessionId: id,
    contactId: id,
    projectId: id,
    tenantId,
    channelId: id,
    channelTypeId: id,
    chatId: id.optional(),
  }),
  /** Notes a conversation of the past: over from the start, it takes messages by `session.import_message` until `session.end_import`. */
  'session.import': z.object({
    sessionId: id,
    contactId: id,
    projectId: id,
    tenantId,
    channelId: id,
    channelTypeId: id,
    chatId: id,
    startedAt: at,
  }),
  /** Counts a message of the past, whether or not the session has ended. */
  'session.import_message': z.object({ messageId: id, fromContact: z.boolean(), recordedAt: at }),
  /** An imported session is known to its end. */
  'session.end_import': z.object({ endedAt: at }),
  /** Takes back an imported session that has not been ended yet; its messages are taken back beside it. */
  'session.discard_import': z.object({}),
  /** Counts a message; `recordedAt` is the message's own time. */
  'session.record_message': z.object({ messageId: id, fromContact: z.boolean(), recordedAt: at }),
  /** Takes back a message that a compensated saga counted; `previousFirstMessageAt` and `previousMessageAt` are the times of those that stay. */
  'session.undo_message': z.object({
    messageId: id,
    fromContact: z.boolean(),
    recordedAt: at,
    previousMessageAt: at.nullable(),
    previousFirstMessageAt: at.nullable(),
  }),
  'session.close': z.object({
    reason: z.enum(sessionEndReasons),
    triggerMessageId: id.optional(),
    /** The pipeline of the channel. */
    pipelineId: id.optional(),
    /** How many events of each type there were. */
    eventsSummary: map.optional(),
  }),
  'session.resolve': z.object({}),
  'session.escalate': z.object({}),
  /** Also of a session that has ended: that is when it is known what it was about. */
  'session.summarize': z.object(sessionSummary),
  /** `lastAgentMessageAt`: when the project's side last wrote, if it did. */
  'session.abandon': z.object({ lastAgentMessageAt: at.optional() }),
  'session.assign_agent': z.object({
    agentId: id,
    source: z.enum(assignmentSources),
    assignedByAgentId: id.optional(),
    reassignmentReason: reason.optional(),
    assignmentStrategy: z.string().max(100).optional(),
  }),
});

/** Any command of a session. */
export type SessionCommand = CommandsOf<typeof sessionCommands>;
