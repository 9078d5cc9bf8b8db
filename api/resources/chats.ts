// Chats: where messages are exchanged, with one person or in a group.
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { chats } from '../../db/schema/chats.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { chatSchema, chatStatus } from '../schemas/chat.ts';
import { uuid } from '../schemas/common.ts';

const { list, read, verb } = resource({
  definition: aggregates.chat,
  name: 'chat',
  schemaName: 'Chat',
  path: '/v1/chats',
  tag: 'chats',
  schema: chatSchema,
});

const change = (type: 'chat.archive' | 'chat.unarchive' | 'chat.close', operationId: string, summary: string): Route =>
  verb(type, commandRoutes[type], { operationId, summary });

export const chatRoutes: readonly Route[] = [
  list(
    {
      projectId: uuid.optional(),
      channelId: uuid.optional(),
      contactId: uuid.optional(),
      status: chatStatus.optional(),
    },
    (query) =>
      and(
        equal(chats.projectId, query.projectId),
        equal(chats.channelId, query.channelId),
        equal(chats.contactId, query.contactId),
        equal(chats.status, query.status),
      ),
  ),
  read(),
  change('chat.archive', 'archiveChat', 'Puts a chat away'),
  change('chat.unarchive', 'unarchiveChat', 'Takes a chat out again'),
  change('chat.close', 'closeChat', 'Closes a chat for good'),
];
