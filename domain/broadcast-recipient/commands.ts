// What can be asked of a broadcast's recipient: one schema per command. There is none to make one: the rows come with the broadcast's start.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, reason } from '../kernel/fields.ts';

export const broadcastRecipientCommands = defineCommands({
  /** Its message is queued, in the same transaction. */
  'broadcast_recipient.begin': z.object({ messageId: id }),
  'broadcast_recipient.confirm': z.object({ messageId: id }),
  /** `mayHaveArrived`: nobody can tell that the message did not go out. */
  'broadcast_recipient.fail': z.object({ messageId: id, reason, mayHaveArrived: z.boolean().optional() }),
  'broadcast_recipient.skip': z.object({ reason }),
  /** It is the contact's night: not before that. */
  'broadcast_recipient.defer': z.object({ notBefore: at }),
  /** What failed, and surely did not arrive, is tried with another message. */
  'broadcast_recipient.retry': z.object({}),
});

/** Any command of a recipient. */
export type BroadcastRecipientCommand = CommandsOf<typeof broadcastRecipientCommands>;
