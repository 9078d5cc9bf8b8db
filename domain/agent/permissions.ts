// What an agent may do: the API's scopes that a tenant can give away, and what each role starts with.

/** What can be granted to an agent. The scopes of operators (`codec`, `installation`) reach beyond the tenant and are no permissions. */
export const permissions = ['read', 'write', 'send', 'operate', 'raw', 'admin'] as const;
/** One permission. */
export type Permission = (typeof permissions)[number];

/** What an agent is in its project. */
export const agentRoles = ['admin', 'supervisor', 'agent', 'viewer'] as const;
/** One role. */
export type AgentRole = (typeof agentRoles)[number];

/** What a role starts with. Later grants and revocations are the agent's own: a changed role changes none of them. */
export const permissionsOfRole: Readonly<Record<AgentRole, readonly Permission[]>> = {
  admin: permissions,
  supervisor: ['read', 'write', 'send', 'operate'],
  agent: ['read', 'write', 'send'],
  viewer: ['read'],
};
