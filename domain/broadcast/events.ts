// The events of a broadcast: one message to everyone on a list. What became of each recipient stands in its own row and in its message's events.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id, label, reason, tenantId } from '../kernel/fields.ts';
import { outreachMessageSchema } from '../outreach/message.ts';

const broadcastId = id;
const someBroadcast = '018f5a10-0000-7000-8000-0000000000c0';
const someTime = '2026-01-31T12:00:00.000Z';
const only = { broadcastId: someBroadcast };

export const broadcastEvents = defineEvents('broadcast', {
  'broadcast.created': event({
    version: 1,
    summary: 'A broadcast was drafted.',
    data: z.object({
      broadcastId,
      tenantId,
      name: label,
      message: outreachMessageSchema,
      listId: id,
      projectId: id.optional(),
      channelId: id.optional(),
      ratePerMinute: z.number().int().min(1).optional(),
    }),
    webhooks: ['broadcast.created'],
    example: {
      ...only,
      tenantId: 'demo',
      name: 'Opening hours in May',
      message: { type: 'template', content: 'Hello {{contact.name}}, we open at {{hour}}.', variables: { hour: '10' } },
      listId: '018f5a10-0000-7000-8000-0000000000c1',
      ratePerMinute: 30,
    },
  }),
  'broadcast.scheduled': event({
    version: 1,
    summary: 'The broadcast will be started at `scheduledAt`; told again when that was changed.',
    data: z.object({ broadcastId, scheduledAt: at }),
    webhooks: ['broadcast.scheduled'],
    example: { ...only, scheduledAt: someTime },
  }),
  'broadcast.started': event({
    version: 1,
    summary: 'The broadcast began: whoever is on the list becomes a recipient.',
    data: z.object({ broadcastId, startedAt: at }),
    webhooks: ['broadcast.started'],
    example: { ...only, startedAt: someTime },
  }),
  'broadcast.completed': event({
    version: 1,
    summary:
      'No recipient is left: `totalSent` were tried (`successCount` and `failureCount`), `skippedCount` were not.',
    data: z.object({
      broadcastId,
      completedAt: at,
      totalSent: count,
      successCount: count,
      failureCount: count,
      skippedCount: count,
    }),
    webhooks: ['broadcast.completed'],
    example: { ...only, completedAt: someTime, totalSent: 98, successCount: 97, failureCount: 1, skippedCount: 2 },
  }),
  'broadcast.cancelled': event({
    version: 1,
    summary: 'The broadcast was called off; whoever was not sent to yet is skipped.',
    data: z.object({ broadcastId, cancelledAt: at }),
    webhooks: ['broadcast.cancelled'],
    example: { ...only, cancelledAt: someTime },
  }),
  'broadcast.failed': event({
    version: 1,
    summary: 'The broadcast can not go on; `reason` says why. Whoever was not sent to yet is skipped.',
    data: z.object({ broadcastId, failedAt: at, reason }),
    webhooks: ['broadcast.failed'],
    example: { ...only, failedAt: someTime, reason: 'the channel was deleted' },
  }),
  'broadcast.paused': event({
    version: 1,
    summary: 'The broadcast sends nothing for now.',
    data: z.object({ broadcastId, pausedAt: at }),
    webhooks: ['broadcast.paused'],
    example: { ...only, pausedAt: someTime },
  }),
  'broadcast.resumed': event({
    version: 1,
    summary: 'The broadcast goes on: after a pause, or after its end with those who failed.',
    data: z.object({ broadcastId, resumedAt: at }),
    webhooks: ['broadcast.resumed'],
    example: { ...only, resumedAt: someTime },
  }),
});

/** Any event of a broadcast. */
export type BroadcastEvent = EventsOf<typeof broadcastEvents>;
