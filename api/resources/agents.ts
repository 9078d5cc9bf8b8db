// Agents: who answers contacts, what each may do, and the tokens by which people set their password.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { issueToken } from '../../db/one-time-tokens.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { agents } from '../../db/schema/agents.ts';
import { requireSignIn } from '../../domain/agent/agent.ts';
import { agentCommands } from '../../domain/agent/commands.ts';
import { agentTypes } from '../../domain/agent/events.ts';
import { permissionsOfRole } from '../../domain/agent/permissions.ts';
import { agentEmailIndex } from '../agent-email-index.ts';
import { clearAfterAgent } from '../clear-after-agent.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { requireOwnScopes } from '../middleware/authenticate.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { agentSchema, agentStatus, createdAgentSchema, issuedTokenSchema, permission } from '../schemas/agent.ts';
import { idParams, uuid } from '../schemas/common.ts';

const tag = 'agents';
const { create, list, read, verb } = resource({
  definition: aggregates.agent,
  name: 'agent',
  schemaName: 'Agent',
  path: '/v1/agents',
  tag,
  schema: agentSchema,
});
const creation = agentCommands['agent.create'].omit({ agentId: true, tenantId: true }).extend({ projectId: uuid });

/** What a new agent may do: what is said, or what its role may. */
const granted = ({ permissions, role }: Pick<z.infer<typeof creation>, 'permissions' | 'role'>) => [
  ...new Set(permissions ?? permissionsOfRole[role]),
];

export const agentRoutes: readonly Route[] = [
  create('agent.create', commandRoutes['agent.create'], {
    operationId: 'createAgent',
    summary: 'Adds an agent',
    description:
      'A person with an e-mail address gets a token to set a password with, shown this once. Without `permissions` the agent gets those of its role: admin all, supervisor read, write, send, operate, agent read, write, send, viewer read. Nobody can give what they lack themselves.',
    idName: 'agentId',
    body: creation.strict(),
    before: (body, { caller }) => requireOwnScopes(caller, granted(body)),
    data: (body) => ({ permissions: granted(body) }),
    once: {
      description: '',
      schema: createdAgentSchema,
      of: async ({ state: { id, type, email } }, _body, { tx }) => ({
        passwordToken: type === 'human' && email !== null ? await issueToken(tx, 'set_password', id) : null,
      }),
    },
  }),
  list(
    {
      projectId: uuid.optional(),
      status: agentStatus.optional(),
      type: z.enum(agentTypes).optional(),
      email: z.string().min(3).max(320).optional(),
    },
    async (query, keys) =>
      and(
        equal(agents.projectId, query.projectId),
        equal(agents.status, query.status),
        equal(agents.type, query.type),
        equal(agents.emailIndex, query.email === undefined ? undefined : await agentEmailIndex(keys, query.email)),
      ),
  ),
  read(),
  verb('agent.update', commandRoutes['agent.update'], {
    operationId: 'updateAgent',
    summary: 'Changes fields of an agent; those left out stay, and so do its permissions',
    body: agentCommands['agent.update'].strict(),
  }),
  verb('agent.activate', commandRoutes['agent.activate'], {
    operationId: 'activateAgent',
    summary: 'Lets a deactivated agent work again; it has to sign in anew',
  }),
  verb('agent.deactivate', commandRoutes['agent.deactivate'], {
    operationId: 'deactivateAgent',
    summary: 'Ends an agent’s work: its tokens are dead at once, and it leaves its sessions',
    after: ({ params }, context) => clearAfterAgent(context, params.id),
  }),
  verb('agent.grant_permission', commandRoutes['agent.grant_permission'], {
    operationId: 'grantAgentPermission',
    summary: 'Lets an agent do more, at once; nobody can give what they lack themselves',
    body: z.strictObject({ permission }),
    before: async ({ body }, { caller }) => requireOwnScopes(caller, [body.permission]),
  }),
  verb('agent.revoke_permission', commandRoutes['agent.revoke_permission'], {
    operationId: 'revokeAgentPermission',
    summary: 'Lets an agent do less, at once',
    params: idParams.extend({ permission }),
    data: ({ params }) => ({ permission: params.permission }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/agents/{id}/password-token',
    scope: 'admin',
    operationId: 'issuePasswordToken',
    tag,
    summary: 'Gives a token by which an agent sets a new password, shown this once',
    description:
      'It works once, for three days, and takes the place of one that was given before. The password that is set stays until it is used. Whoever has the token can be the agent: nobody gets one for an agent that may do more than they.',
    params: idParams,
    answer: { status: 201, description: 'The token.', schema: issuedTokenSchema },
    handle: async ({ params }, { tx, deps, caller }) => {
      const agent = found(await readOne(tx, deps.database.keysOf, aggregates.agent.store, params.id), 'agent');
      requireOwnScopes(caller, agent.permissions ?? []);
      requireSignIn({ type: agent.type ?? 'human', status: agent.status ?? 'inactive', email: agent.email });
      return { body: await issueToken(tx, 'set_password', params.id) };
    },
  }),
];
