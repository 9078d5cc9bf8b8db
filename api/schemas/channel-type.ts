// A channel type as it is read.
import { z } from '@hono/zod-openapi';
import { capabilities, channelTypes } from '../../domain/channel/channel-types.ts';
import { moment, sequence, uuid } from './common.ts';

/** A channel type. */
export const channelTypeSchema = z
  .object({
    id: uuid,
    name: z.enum(channelTypes).openapi({ description: 'Channels can be activated of type waha only, so far.' }),
    provider: z.string(),
    capabilities: z.array(z.enum(capabilities)),
    createdAt: moment,
    sequence,
  })
  .openapi('ChannelType');
