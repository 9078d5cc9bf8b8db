// The events of a channel type.
import { z } from 'zod';
import { capabilities, channelTypes } from '../channel/channel-types.ts';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { id, label } from '../kernel/fields.ts';

const channelTypeId = id;
const someType = '018f5a10-0000-7000-8000-000000000006';

export const channelTypeEvents = defineEvents('channel_type', {
  'channel_type.created': event({
    version: 1,
    summary: 'The tenant began to use a type of channel; `capabilities` is what its channels can carry.',
    data: z.object({
      channelTypeId,
      name: z.enum(channelTypes),
      provider: label,
      capabilities: z.array(z.enum(capabilities)),
    }),
    webhooks: ['channel_type.created'],
    example: { channelTypeId: someType, name: 'waha', provider: 'waha', capabilities: ['text', 'media', 'groups'] },
  }),
  'channel_type.updated': event({
    version: 1,
    summary: "A type's provider or capabilities were changed; `changes` names the fields.",
    data: z.object({ channelTypeId, changes: z.array(z.string()) }),
    webhooks: ['channel_type.updated'],
    example: { channelTypeId: someType, changes: ['capabilities'] },
  }),
});

/** Any event of a channel type. */
export type ChannelTypeEvent = EventsOf<typeof channelTypeEvents>;
