// Agents' parts in sessions: who takes part in which conversation, from when to when.
import { z } from '@hono/zod-openapi';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal, ofTenant } from '../../db/queries/conditions.ts';
import { requireReferences } from '../../db/references.ts';
import { agentSessions } from '../../db/schema/agent-sessions.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { leaveReasons } from '../../domain/agent-session/events.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { type Route, writeRoute } from '../define-route.ts';
import { invalid } from '../problem.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { agentSessionSchema } from '../schemas/people.ts';

const { list, read, verb, answer, toCreated } = resource({
  definition: aggregates.agentSession,
  name: 'agent session',
  schemaName: 'AgentSession',
  path: '/v1/agent-sessions',
  tag: 'agent sessions',
  schema: agentSessionSchema,
});

export const agentSessionRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['agent_session.join'],
    operationId: 'joinSession',
    tag: 'agent sessions',
    summary: 'Has an agent take part in a session',
    body: z.strictObject({
      sessionId: uuid,
      agentId: uuid.optional().openapi({ description: 'The agent that calls when left out.' }),
    }),
    answer: { ...answer, status: 201 },
    handle: async ({ body }, { tx, run, deps, caller }) => {
      const { sessionId, agentId = caller.kind === 'agent' ? caller.id : undefined } = body;
      if (agentId === undefined)
        throw invalid('json', [{ path: ['agentId'], message: 'is needed: an API key takes part in nothing itself' }]);
      await requireReferences(tx, [
        activeAgent('body.agentId', agentId),
        { path: 'body.sessionId', name: 'session', table: sessions, ids: sessionId },
      ]);
      const [session] = await tx.db
        .select({ status: sessions.status, projectId: sessions.projectId })
        .from(sessions)
        .where(and(ofTenant(tx, sessions), eq(sessions.id, sessionId)))
        .for('share');
      if (session?.status !== 'active')
        throw violated('session_not_active', 'The session has ended: join one that is active.');
      const id = deps.database.ids.next();
      const data = { agentSessionId: id, agentId, sessionId, projectId: session.projectId };
      return toCreated(await run(aggregates.agentSession, id, { type: 'agent_session.join', data }));
    },
  }),
  list(
    {
      agentId: uuid.optional(),
      sessionId: uuid.optional(),
      active: z.enum(['true', 'false']).optional().openapi({ description: 'true: those that have not left.' }),
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
