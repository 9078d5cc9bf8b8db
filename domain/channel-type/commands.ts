// What can be asked of a channel type: one schema per command.
import { z } from 'zod';
import { capabilities, channelTypes } from '../channel/channel-types.ts';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label } from '../kernel/fields.ts';

const list = z
  .array(z.enum(capabilities))
  .min(1)
  .refine((all) => new Set(all).size === all.length, { message: 'must not name anything twice' });

export const channelTypeCommands = defineCommands({
  /** Provider and capabilities are the type's usual ones unless said otherwise. */
  'channel_type.create': z.object({
    channelTypeId: id,
    name: z.enum(channelTypes),
    provider: label.optional(),
    capabilities: list.optional(),
  }),
  'channel_type.update': z.object({ provider: label.optional(), capabilities: list.optional() }),
});

/** Any command of a channel type. */
export type ChannelTypeCommand = CommandsOf<typeof channelTypeCommands>;
