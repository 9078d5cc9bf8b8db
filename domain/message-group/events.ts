// The events of a message group.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id } from '../kernel/fields.ts';

const groupId = id;
const someGroup = '018f5a10-0000-7000-8000-000000000009';
const someTime = '2026-01-31T12:00:15.000Z';

export const messageGroupEvents = defineEvents('message_group', {
  'message_group.created': event({
    version: 1,
    summary: 'A first message came; those that follow shortly are taken together with it.',
    data: z.object({ groupId, contactId: id, channelId: id, sessionId: id }),
    webhooks: [],
    example: {
      groupId: someGroup,
      contactId: '018f5a10-0000-7000-8000-000000000001',
      channelId: '018f5a10-0000-7000-8000-000000000002',
      sessionId: '018f5a10-0000-7000-8000-000000000005',
    },
  }),
  'message_group.message_added': event({
    version: 1,
    summary: 'A message joined the group; `undone` takes out one that a compensated saga had put in.',
    data: z.object({ groupId, messageId: id, undone: z.literal(true).optional() }),
    webhooks: [],
    example: { groupId: someGroup, messageId: '018f5a10-0000-7000-8000-000000000004' },
  }),
  'message_group.processing': event({
    version: 1,
    summary: 'Nothing more came: the group is closed and being worked on.',
    data: z.object({ groupId, startedAt: at, messageCount: count }),
    webhooks: [],
    example: { groupId: someGroup, startedAt: someTime, messageCount: 3 },
  }),
  'message_group.completed': event({
    version: 1,
    summary: 'The messages of the group are ready to be answered as one.',
    data: z.object({ groupId, completedAt: at, messageCount: count, enrichmentCount: count }),
    webhooks: ['message.group_ready'],
    example: { groupId: someGroup, completedAt: someTime, messageCount: 3, enrichmentCount: 1 },
  }),
  'message_group.expired': event({
    version: 1,
    summary: 'The group was given up: it took too long, or its only message was taken out.',
    data: z.object({ groupId, expiredAt: at }),
    webhooks: [],
    example: { groupId: someGroup, expiredAt: someTime },
  }),
});

/** Any event of a message group. */
export type MessageGroupEvent = EventsOf<typeof messageGroupEvents>;
