// Chats: where messages are exchanged, with one person or in a group.
import { z } from '@hono/zod-openapi';
import { aggregates } from '../../db/aggregates.ts';
import { listPage, readOne, where } from '../../db/queries/read-state.ts';
import { chatTypes, participantRoles, participantTypes } from '../../domain/chat/events.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { erased, idParams, moment, pageOf, pageQuery, sequence, uuid } from '../schemas/common.ts';

const definition = aggregates.chat;
const tag = 'chats';
const status = z.enum(['active', 'archived', 'closed']);
const participant = z.object({
  participantId: z.string().openapi({ description: "A contact's id where the person is known, else the gateway's." }),
  participantType: z.enum(participantTypes),
  role: z.enum(participantRoles),
});
const chat = z
  .object({
    id: uuid,
    projectId: uuid,
    channelId: uuid,
    chatType: z.enum(chatTypes),
    externalId: z.string().nullable(),
    contactId: uuid.nullable(),
    subject: z.string().nullable(),
    description: z.string().nullable(),
    status,
    participants: z.array(participant).nullable(),
    labels: z.array(z.string()),
    createdAt: moment,
    closedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Chat');
const answer = { description: 'The chat.', schema: chat };

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
      status: status.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(chat, 'Chat') },
    handle: async ({ query }, { read, deps }) => {
      const conditions = [
        ...(query.projectId ? [where('project_id = ?', query.projectId)] : []),
        ...(query.channelId ? [where('channel_id = ?', query.channelId)] : []),
        ...(query.contactId ? [where('contact_id = ?', query.contactId)] : []),
        ...(query.status ? [where('status = ?', query.status)] : []),
      ];
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, definition.store, conditions, page)) };
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
