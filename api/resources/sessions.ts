// Sessions: a contact's conversations on a channel, from the first message to the end.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { endOfSession } from '../../db/end-of-session.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal, isSet } from '../../db/queries/conditions.ts';
import { requireReferences } from '../../db/references.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { sessionCommands } from '../../domain/session/commands.ts';
import type { Route } from '../define-route.ts';
import { leaveSessions } from '../leave-sessions.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { flag, uuid } from '../schemas/common.ts';
import { sessionSchema, sessionStatus } from '../schemas/session.ts';

const { list, read, changes, verb } = resource({
  definition: aggregates.session,
  name: 'session',
  schemaName: 'Session',
  path: '/v1/sessions',
  tag: 'sessions',
  schema: sessionSchema,
});

export const sessionRoutes: readonly Route[] = [
  list(
    {
      projectId: uuid.optional(),
      contactId: uuid.optional(),
      channelId: uuid.optional(),
      status: sessionStatus.optional(),
      agentId: uuid.optional(),
      assigned: flag.optional(),
      resolved: flag.optional(),
      escalated: flag.optional(),
    },
    (query) =>
      and(
        equal(sessions.projectId, query.projectId),
        equal(sessions.contactId, query.contactId),
        equal(sessions.channelId, query.channelId),
        equal(sessions.status, query.status),
        equal(sessions.agentId, query.agentId),
        isSet(sessions.agentId, query.assigned),
        isSet(sessions.resolvedAt, query.resolved),
        isSet(sessions.escalatedAt, query.escalated),
      ),
    '`assigned`, `resolved`, `escalated`: true or false; an inbox is `status=active&assigned=false`.',
  ),
  read(),
  changes(),
  verb('session.close', commandRoutes['session.close'], {
    operationId: 'closeSession',
    summary: 'Ends a session',
    body: z.strictObject({ reason: z.enum(['manual_close', 'agent_close', 'contact_request']) }),
    data: async ({ params, body }, { tx }) => ({ ...body, ...(await endOfSession(tx, params.id)) }),
    after: ({ params }, context) => leaveSessions(context, { sessionId: params.id }, 'session_ended'),
  }),
  verb('session.resolve', commandRoutes['session.resolve'], {
    operationId: 'resolveSession',
    summary: 'Notes that what the session was about is settled',
  }),
  verb('session.escalate', commandRoutes['session.escalate'], {
    operationId: 'escalateSession',
    summary: 'Notes that the session needs someone with more say',
  }),
  verb('session.summarize', commandRoutes['session.summarize'], {
    operationId: 'summarizeSession',
    summary: 'Notes what the session was about and how the contact sounded, in place of an earlier summary',
    body: sessionCommands['session.summarize'].strict(),
  }),
  verb('session.assign_agent', commandRoutes['session.assign_agent'], {
    operationId: 'assignSession',
    summary: 'Gives a session to an active agent',
    body: z.strictObject({ agentId: uuid }),
    data: ({ body }, { caller }) => {
      const by = caller.kind === 'agent' && { assignedByAgentId: caller.id };
      return { agentId: body.agentId, source: 'manual', ...by };
    },
    after: ({ body }, { tx }) => requireReferences(tx, [activeAgent('body.agentId', body.agentId)]),
  }),
];
