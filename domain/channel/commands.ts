// What can be asked of a channel: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { address, id, label, reason, tenantId } from '../kernel/fields.ts';
import { channelTypes } from './channel-types.ts';
import { importCounts, importStrategies } from './events.ts';

const milliseconds = z.number().int().min(0).max(3_600_000);

/** How messages that come shortly after one another are taken as one: wait `debounceMs` after each, `maxWaitMs` in all. */
export const messageGrouping = z
  .object({ enabled: z.boolean(), debounceMs: milliseconds, maxWaitMs: milliseconds })
  .refine(({ debounceMs, maxWaitMs }) => maxWaitMs >= debounceMs, {
    path: ['maxWaitMs'],
    message: 'must not be less than debounceMs',
  });

/**
 * `timeRangeDays` goes with time_range, and only with it. `limit`: the most messages it takes. `sessionGapMinutes`: silence that long ends a session.
 * `requestsPerMinute`: how often the gateway is asked at most. `automations`, `webhooks`: whether what is imported sets off rules and is told to customers.
 */
export const importRequest = z
  .object({
    strategy: z.enum(importStrategies),
    timeRangeDays: z.number().int().min(1).max(3650).optional(),
    limit: z.number().int().min(1).max(1_000_000).optional(),
    sessionGapMinutes: z.number().int().min(1).max(10_080).optional(),
    requestsPerMinute: z.number().int().min(1).max(60_000).optional(),
    automations: z.boolean().optional(),
    webhooks: z.boolean().optional(),
  })
  .refine(({ strategy, timeRangeDays }) => (strategy === 'time_range') === (timeRangeDays !== undefined), {
    path: ['timeRangeDays'],
    message: 'goes with strategy time_range, and only with it',
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
    aiProcessing: z.boolean().optional(),
  }),
  'channel.request_activation': z.object({}),
  'channel.fail_activation': z.object({ reason }),
  /** Notes that the gateway itself said the channel works; never to be run on anyone else's word. */
  'channel.confirm_working': z.object({ webhookUrl: address }),
  'channel.note_disconnected': z.object({ reason }),
  'channel.upsert_label': z.object({ labelId: label, name: label, color: z.string().min(1).max(50).optional() }),
  'channel.delete_label': z.object({ labelId: label }),
  'channel.enable_history_import': z.object({ agentId: id.optional() }),
  'channel.request_history_import': importRequest,
  'channel.start_history_import': z.object({}),
  'channel.complete_history_import': z.object(importCounts),
  'channel.fail_history_import': z.object({ reason }),
  /** Takes the place of the pipeline there was, if any. */
  'channel.associate_pipeline': z.object({ pipelineId: id }),
  'channel.disassociate_pipeline': z.object({}),
  'channel.deactivate': z.object({}),
  'channel.delete': z.object({}),
});

/** Any command of a channel. */
export type ChannelCommand = CommandsOf<typeof channelCommands>;
/** When messages are grouped. Durations in milliseconds. */
export type MessageGrouping = z.infer<typeof messageGrouping>;
