// Chats: where messages are exchanged, with one person or in a group.
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { chats } from '../../db/schema/chats.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { chatSchema, chatStatus } from '../schemas/chat.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const definition = aggregates.chat;
const tag = 'chats';
const answer = { description: 'The chat.', schema: chatSchema };

const change = (type: 'chat.archive' | 'chat.unarchive' | 'chat.close', operationId: string, summary: string): Route =>
  writeRoute({
    ...commandRoutes[type],
    operationId,
    tag,
    summary,
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { run }) => {
      const { state, sequence: version } = await run(definition, params.id, { type, data: {} });
      return { body: { ...state, sequence: version, erased: false }, sequence: version };
    },
  });

export const chatRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/chats',
    scope: 'read',
    operationId: 'listChats',
    tag,
    summary: 'Lists chats, newest first',
    query: pageQuery.extend({
      projectId: uuid.optional(),
      channelId: uuid.optional(),
      contactId: uuid.optional(),
      status: chatStatus.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(chatSchema, 'Chat') },
    handle: async ({ query }, { read, deps }) => {
      const condition = and(
        equal(chats.projectId, query.projectId),
        equal(chats.channelId, query.channelId),
        equal(chats.contactId, query.contactId),
        equal(chats.status, query.status),
      );
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, definition.store, condition, page)) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/chats/{id}',
    scope: 'read',
    operationId: 'readChat',
    tag,
    summary: 'Reads a chat',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { read, deps }) => {
      const view = found(await read((tx) => readOne(tx, deps.database.keysOf, definition.store, params.id)), 'chat');
      return { body: view, sequence: view.sequence };
    },
  }),
  change('chat.archive', 'archiveChat', 'Puts a chat away'),
  change('chat.unarchive', 'unarchiveChat', 'Takes a chat out again'),
  change('chat.close', 'closeChat', 'Closes a chat for good'),
];
