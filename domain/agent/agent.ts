// The agent: who answers contacts – a person, a model or a program – and what it may do. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { AgentCommand } from './commands.ts';
import { type AgentEvent, agentFields, type agentTypes } from './events.ts';
import { type AgentRole, type Permission, permissions, permissionsOfRole } from './permissions.ts';

/** An agent's state. `permissions` stand in the order of the list of permissions. Times are ISO 8601. */
export type Agent = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly email: string | null;
  readonly type: (typeof agentTypes)[number];
  readonly role: AgentRole;
  readonly status: 'active' | 'inactive';
  readonly permissions: readonly Permission[];
  readonly lastLoginAt: string | null;
  readonly createdAt: string | null;
};

type DataOf<Type extends AgentCommand['type']> = Extract<AgentCommand, { type: Type }>['data'];

export const agent = defineAggregate<Agent, AgentCommand, AgentEvent>({
  aggregate: 'agent',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    name: '',
    email: null,
    type: 'human',
    role: 'agent',
    status: 'active',
    permissions: [],
    lastLoginAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: AgentCommand, state: Agent): AgentEvent[] {
  if (command.type === 'agent.create') return create(command.data, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such agent.');
  const agentId = state.id;
  switch (command.type) {
    case 'agent.update':
      return update(command.data, state);
    case 'agent.activate':
      return state.status === 'active' ? [] : [{ type: 'agent.activated', data: { agentId } }];
    case 'agent.deactivate':
      return state.status === 'inactive' ? [] : [{ type: 'agent.deactivated', data: { agentId } }];
    case 'agent.log_in':
      requireSignIn(state);
      return [{ type: 'agent.logged_in', data: { agentId, loggedInAt: command.at } }];
    case 'agent.grant_permission': {
      const { permission } = command.data;
      if (state.permissions.includes(permission)) return [];
      return [{ type: 'agent.permission_granted', data: { agentId, permission } }];
    }
    case 'agent.revoke_permission': {
      const { permission } = command.data;
      if (!state.permissions.includes(permission)) return [];
      return [{ type: 'agent.permission_revoked', data: { agentId, permission } }];
    }
  }
}

function create({ permissions: given, ...data }: DataOf<'agent.create'>, state: Agent): AgentEvent[] {
  if (state.createdAt !== null) throw violated('agent_exists', 'An agent with this id exists already.');
  const { agentId, role } = data;
  return [
    { type: 'agent.created', data },
    ...ordered(given ?? permissionsOfRole[role]).map(
      (permission): AgentEvent => ({ type: 'agent.permission_granted', data: { agentId, permission } }),
    ),
  ];
}

function update(data: DataOf<'agent.update'>, state: Agent): AgentEvent[] {
  const changes = agentFields.filter((field) => data[field] !== undefined && data[field] !== state[field]);
  return changes.length === 0 ? [] : [{ type: 'agent.updated', data: { agentId: state.id, changes } }];
}

/** Throws unless the agent is one that signs in: an active person with an address. */
export function requireSignIn({ type, status, email }: Pick<Agent, 'type' | 'status' | 'email'>): void {
  if (status !== 'active') throw violated('agent_inactive', 'The agent is deactivated: activate it first.');
  if (type !== 'human')
    throw violated('agent_not_human', 'Only people sign in: give a program an API key of its own instead.');
  if (email === null) throw violated('agent_without_email', 'The agent has no e-mail address: set one first.');
}

const ordered = (given: readonly Permission[]): Permission[] => permissions.filter((one) => given.includes(one));

function evolve(state: Agent, event: AgentEvent, command: AgentCommand): Agent {
  switch (event.type) {
    case 'agent.created': {
      const { agentId: id, tenantId: _, email = null, ...data } = event.data;
      return { ...state, ...data, id, email, createdAt: command.at };
    }
    case 'agent.updated': {
      if (command.type !== 'agent.update') return state;
      const { name = state.name, email = state.email, role = state.role } = command.data;
      return { ...state, name, email, role };
    }
    case 'agent.activated':
      return { ...state, status: 'active' };
    case 'agent.deactivated':
      return { ...state, status: 'inactive' };
    case 'agent.logged_in':
      return { ...state, lastLoginAt: event.data.loggedInAt };
    case 'agent.permission_granted':
      return { ...state, permissions: ordered([...state.permissions, event.data.permission]) };
    case 'agent.permission_revoked':
      return { ...state, permissions: state.permissions.filter((one) => one !== event.data.permission) };
  }
}
