// What can be asked of a channel: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { address, id, label, reason, tenantId } from '../kernel/fields.ts';
import { channelTypes } from './events.ts';

const milliseconds = z.number().int().min(0).max(3_600_000);

/** How messages that come shortly after one another are taken as one: wait `debounceMs` after each, `maxWaitMs` in all. */
export const messageGrouping = z
  .object({ enabled: z.boolean(), debounceMs: milliseconds, maxWaitMs: milliseconds })
  .refine(({ debounceMs, maxWaitMs }) => maxWaitMs >= debounceMs, {
    path: ['maxWaitMs'],
    message: 'must not be less than debounceMs',
  });

export const channelCommands = defineCommands({
  'channel.create': z.object({
    channelId: id,
    projectId: id,
    tenantId,
    name: label,
    type: z.enum(channelTypes),
    externalId: z.string().min(1).max(200).optional(),
    messageGrouping: messageGrouping.optional(),
  }),
  /** Notes that the gateway itself said the channel works; never to be run on anyone else's word. */
  'channel.confirm_working': z.object({ webhookUrl: address }),
  'channel.note_disconnected': z.object({ reason }),
  'channel.upsert_label': z.object({ labelId: label, name: label, color: z.string().min(1).max(50).optional() }),
  'channel.delete_label': z.object({ labelId: label }),
  'channel.deactivate': z.object({}),
  'channel.delete': z.object({}),
});

/** Any command of a channel. */
export type ChannelCommand = CommandsOf<typeof channelCommands>;
/** When messages are grouped. Durations in milliseconds. */
export type MessageGrouping = z.infer<typeof messageGrouping>;
