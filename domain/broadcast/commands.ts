// What can be asked of a broadcast: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, count, id, label, reason, tenantId } from '../kernel/fields.ts';
import { outreachMessageSchema } from '../outreach/message.ts';

const about = {
  name: label,
  listId: id,
  channelId: id,
  message: outreachMessageSchema,
  /** How many messages go out in a minute at most. */
  ratePerMinute: z.number().int().min(1).max(600),
};

export const broadcastCommands = defineCommands({
  'broadcast.create': z.object({ broadcastId: id, projectId: id, tenantId, ...about }),
  /** Changes a draft; what is left out stays. */
  'broadcast.update': z.object(about).partial(),
  /** Sets, or changes, when it is started. */
  'broadcast.schedule': z.object({ scheduledAt: at }),
  'broadcast.start': z.object({}),
  'broadcast.pause': z.object({}),
  'broadcast.resume': z.object({}),
  /** Goes on with those who failed, after the end; they are pending again in the same transaction. */
  'broadcast.retry_failed': z.object({}),
  'broadcast.cancel': z.object({}),
  'broadcast.fail': z.object({ reason }),
  /** How many recipients there are in each state, counted in the same transaction. */
  'broadcast.complete': z.object({ pending: count, sending: count, sent: count, failed: count, skipped: count }),
});

/** Any command of a broadcast. */
export type BroadcastCommand = CommandsOf<typeof broadcastCommands>;
