// What can be asked of a message group: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { count, id } from '../kernel/fields.ts';

const milliseconds = z.number().int().min(0).max(3_600_000);

export const messageGroupCommands = defineCommands({
  /** Opens a group with its first message: it is due `debounceMs` after the last one, at most `maxWaitMs` after the first. */
  'message_group.open': z.object({
    groupId: id,
    contactId: id,
    channelId: id,
    sessionId: id,
    projectId: id,
    messageId: id,
    debounceMs: milliseconds,
    maxWaitMs: milliseconds,
  }),
  'message_group.add_message': z.object({ messageId: id, debounceMs: milliseconds }),
  /** Takes out a message that a compensated saga had put in; the last one takes the group with it. */
  'message_group.remove_message': z.object({ messageId: id }),
  'message_group.start_processing': z.object({}),
  'message_group.complete': z.object({ enrichmentCount: count }),
  'message_group.expire': z.object({}),
});

/** Any command of a message group. */
export type MessageGroupCommand = CommandsOf<typeof messageGroupCommands>;
