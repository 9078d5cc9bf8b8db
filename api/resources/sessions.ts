// Sessions: a contact's conversations on a channel, from the first message to the end.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { sessions } from '../../db/schema/sessions.ts';
import type { Session } from '../../domain/session/session.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { sessionSchema, sessionStatus } from '../schemas/session.ts';

const definition = aggregates.session;
const tag = 'sessions';
const answer = { description: 'The session.', schema: sessionSchema };
const toAnswer = ({ state, sequence: version }: { readonly state: Session; readonly sequence: number }) => ({
  body: { ...state, sequence: version },
  sequence: version,
});

export const sessionRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/sessions',
    scope: 'read',
    operationId: 'listSessions',
    tag,
    summary: 'Lists sessions, newest first',
    query: pageQuery.extend({
      projectId: uuid.optional(),
      contactId: uuid.optional(),
      channelId: uuid.optional(),
      status: sessionStatus.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(sessionSchema, 'Session') },
    handle: async ({ query }, { read, deps }) => {
      const condition = and(
        equal(sessions.projectId, query.projectId),
        equal(sessions.contactId, query.contactId),
        equal(sessions.channelId, query.channelId),
        equal(sessions.status, query.status),
      );
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, definition.store, condition, page)) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/sessions/{id}',
    scope: 'read',
    operationId: 'readSession',
    tag,
    summary: 'Reads a session',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { read, deps }) => {
      const view = found(await read((tx) => readOne(tx, deps.database.keysOf, definition.store, params.id)), 'session');
      return { body: view, sequence: view.sequence };
    },
  }),
  writeRoute({
    ...commandRoutes['session.close'],
    operationId: 'closeSession',
    tag,
    summary: 'Ends a session',
    params: idParams,
    body: z.strictObject({ reason: z.enum(['manual_close', 'agent_close', 'contact_request']) }),
    versioned: true,
    answer,
    handle: async ({ params, body }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'session.close', data: body })),
  }),
  writeRoute({
    ...commandRoutes['session.resolve'],
    operationId: 'resolveSession',
    tag,
    summary: 'Notes that what the session was about is settled',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'session.resolve', data: {} })),
  }),
  writeRoute({
    ...commandRoutes['session.escalate'],
    operationId: 'escalateSession',
    tag,
    summary: 'Notes that the session needs someone with more say',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'session.escalate', data: {} })),
  }),
  writeRoute({
    ...commandRoutes['session.assign_agent'],
    operationId: 'assignSession',
    tag,
    summary: 'Gives a session to an agent',
    params: idParams,
    body: z.strictObject({ agentId: uuid }),
    versioned: true,
    answer,
    handle: async ({ params, body }, { run }) => {
      const data = { agentId: body.agentId, source: 'manual' };
      return toAnswer(await run(definition, params.id, { type: 'session.assign_agent', data }));
    },
  }),
];
