// Messages: read in the order in which they came and went; sent by being queued.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull, type SQL } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { byArrival } from '../../db/queries/list-order.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { messages } from '../../db/schema/messages.ts';
import { messageSources, messageStatuses } from '../../domain/message/commands.ts';
import type { ReadContext } from '../call-context.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { messageSchema, queuedMessageSchema, sendBody, toMessage } from '../schemas/message.ts';
import { sendMessage } from './send-message.ts';

const { store } = aggregates.message;
const tag = 'messages';
const notDiscarded = isNull(messages.discardedAt);
const direction = z
  .enum(['asc', 'desc'])
  .default('asc')
  .openapi({ description: 'By arrival; desc: the last one first.' });
const listQuery = pageQuery.extend({ order: direction });
const page = { description: 'A page.', schema: pageOf(messageSchema, 'Message') };

type ListQuery = z.infer<typeof listQuery>;
const listOf = async (query: ListQuery, condition: SQL | undefined, { read, deps }: ReadContext) => {
  const request = { limit: query.limit, cursor: query.cursor };
  const order = byArrival(messages, query.order);
  const listed = await read((tx) =>
    listPage(tx, deps.database.keysOf, store, and(notDiscarded, condition), request, order),
  );
  return { body: { data: listed.data.map(toMessage), nextCursor: listed.nextCursor } };
};

export const messageRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/messages',
    scope: 'read',
    operationId: 'listMessages',
    tag,
    summary: 'Lists messages, of a session, chat or contact for instance, in the order of their arrival',
    query: listQuery.extend({
      sessionId: uuid.optional(),
      chatId: uuid.optional(),
      contactId: uuid.optional(),
      channelId: uuid.optional(),
      status: z.enum(messageStatuses).optional(),
      source: z.enum(messageSources).optional(),
    }),
    answer: page,
    handle: async ({ query }, context) => {
      const condition = and(
        equal(messages.sessionId, query.sessionId),
        equal(messages.chatId, query.chatId),
        equal(messages.contactId, query.contactId),
        equal(messages.channelId, query.channelId),
        equal(messages.status, query.status),
        equal(messages.source, query.source),
      );
      return listOf(query, condition, context);
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/chats/{id}/messages',
    scope: 'read',
    operationId: 'listChatMessages',
    tag,
    summary: 'Lists the messages of a chat, in the order of their arrival',
    params: idParams,
    query: listQuery,
    answer: page,
    handle: async ({ params, query }, context) => {
      const { read, deps } = context;
      found(await read((tx) => readOne(tx, deps.database.keysOf, aggregates.chat.store, params.id)), 'chat');
      return listOf(query, eq(messages.chatId, params.id), context);
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/messages/{id}',
    scope: 'read',
    operationId: 'readMessage',
    tag,
    summary: 'Reads a message',
    params: idParams,
    versioned: true,
    answer: { description: 'The message.', schema: messageSchema },
    handle: async ({ params }, { read, deps }) => {
      const view = found(
        await read((tx) => readOne(tx, deps.database.keysOf, store, params.id, notDiscarded)),
        'message',
      );
      return { body: toMessage(view), sequence: view.sequence };
    },
  }),
  writeRoute({
    ...commandRoutes['message.queue'],
    operationId: 'sendMessage',
    tag,
    summary: 'Sends a message to a contact or a chat',
    description:
      'Answers as soon as it is queued; its saga sends it, and the events of the message tell how far it got.',
    creates: true,
    body: sendBody,
    answer: { status: 202, description: 'Queued.', schema: queuedMessageSchema },
    handle: async ({ body }, context) => {
      const { state, sequence } = await sendMessage(body, context);
      const self = `/v1/messages/${state.id}`;
      const links = { self, saga: `/v1/sagas/${state.id}` };
      return { body: { ...toMessage(state), sequence, erased: false, links }, sequence, location: self };
    },
  }),
];
