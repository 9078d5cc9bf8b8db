// What can be asked of an agent: one schema per command. Its password is no business of the aggregate.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { agentTypes } from './events.ts';
import { agentRoles, permissions } from './permissions.ts';

const name = pii(label);
const email = pii(z.email().max(320));
const role = z.enum(agentRoles);
const permission = z.enum(permissions);

export const agentCommands = defineCommands({
  /** Adds an agent; without `permissions` it gets those its role starts with. That an e-mail is one agent's is guarded by the table's unique index. */
  'agent.create': z.object({
    agentId: id,
    projectId: id,
    tenantId,
    name,
    email: email.optional(),
    type: z.enum(agentTypes),
    role,
    permissions: z.array(permission).max(permissions.length).optional(),
  }),
  /** Changes what differs. A role is a title: the permissions stay. */
  'agent.update': z.object({ name: name.optional(), email: email.optional(), role: role.optional() }),
  'agent.activate': z.object({}),
  'agent.deactivate': z.object({}),
  /** Notes a sign-in; the password was right. */
  'agent.log_in': z.object({}),
  'agent.grant_permission': z.object({ permission }),
  'agent.revoke_permission': z.object({ permission }),
});

/** Any command of an agent. */
export type AgentCommand = CommandsOf<typeof agentCommands>;
