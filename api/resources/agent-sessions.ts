// Agents' parts in sessions: who takes part in which conversation, from when to when.
import { z } from '@hono/zod-openapi';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal, ofTenant } from '../../db/queries/conditions.ts';
import { agentSessions } from '../../db/schema/agent-sessions.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { leaveReasons } from '../../domain/agent-session/events.ts';
import { violated } from '../../domain/kernel/errors.ts';
import type { Caller } from '../caller.ts';
import type { Route } from '../define-route.ts';
import { invalid } from '../problem.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { flag, uuid } from '../schemas/common.ts';
import { agentSessionSchema } from '../schemas/people.ts';

const { create, list, read, verb } = resource({
  definition: aggregates.agentSession,
  name: 'agent session',
  schemaName: 'AgentSession',
  path: '/v1/agent-sessions',
  tag: 'agent sessions',
  schema: agentSessionSchema,
});

/** The agent that is named, or the one that calls. */
function whoJoins(agentId: string | undefined, caller: Caller): string {
  const id = agentId ?? (caller.kind === 'agent' ? caller.id : undefined);
  if (id !== undefined) return id;
  throw invalid('json', [{ path: ['agentId'], message: 'is needed: an API key takes part in nothing itself' }]);
}

export const agentSessionRoutes: readonly Route[] = [
  create('agent_session.join', commandRoutes['agent_session.join'], {
    operationId: 'joinSession',
    summary: 'Has an agent take part in a session',
    idName: 'agentSessionId',
    body: z.strictObject({
      sessionId: uuid,
      agentId: uuid.optional().openapi({ description: 'The agent that calls when left out.' }),
    }),
    references: ({ sessionId, agentId }, { caller }) => [
      activeAgent('body.agentId', whoJoins(agentId, caller)),
      { path: 'body.sessionId', name: 'session', table: sessions, ids: sessionId },
    ],
    data: async ({ sessionId, agentId }, { tx, caller }) => {
      const [session] = await tx.db
        .select({ status: sessions.status, projectId: sessions.projectId })
        .from(sessions)
        .where(and(ofTenant(tx, sessions), eq(sessions.id, sessionId)))
        .for('share');
      if (session?.status !== 'active')
        throw violated('session_not_active', 'The session has ended: join one that is active.');
      return { agentId: whoJoins(agentId, caller), projectId: session.projectId };
    },
  }),
  list(
    {
      agentId: uuid.optional(),
      sessionId: uuid.optional(),
      active: flag.optional().openapi({ description: 'true: those that have not left.' }),
    },
    ({ agentId, sessionId, active }) =>
      and(
        equal(agentSessions.agentId, agentId),
        equal(agentSessions.sessionId, sessionId),
        active && (active === 'true' ? isNull(agentSessions.leftAt) : isNotNull(agentSessions.leftAt)),
      ),
  ),
  read(),
  verb('agent_session.leave', commandRoutes['agent_session.leave'], {
    operationId: 'leaveSession',
    summary: 'Has an agent leave a session; the first reason stands',
    body: z.strictObject({ reason: z.enum(leaveReasons).default('left') }),
  }),
];
