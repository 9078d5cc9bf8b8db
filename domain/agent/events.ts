// The events of an agent. Passwords and tokens are in none of them.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { agentRoles, permissions } from './permissions.ts';

/** What an agent is; only a `human` signs in. */
export const agentTypes = ['human', 'ai', 'bot'] as const;
/** The fields of an agent that can be changed. */
export const agentFields = ['name', 'email', 'role'] as const;

const agentId = id;
const someAgent = '018f5a10-0000-7000-8000-000000000007';

export const agentEvents = defineEvents('agent', {
  'agent.created': event({
    version: 1,
    summary: 'Somebody (or something) that answers contacts was added to a project.',
    data: z.object({
      agentId,
      projectId: id,
      tenantId,
      name: pii(label),
      email: pii(z.email()).optional(),
      type: z.enum(agentTypes),
      role: z.enum(agentRoles),
    }),
    webhooks: ['agent.created'],
    example: {
      agentId: someAgent,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      name: 'Rita Lima',
      email: 'rita@example.com',
      type: 'human',
      role: 'agent',
    },
  }),
  'agent.updated': event({
    version: 1,
    summary: 'The named fields of an agent changed.',
    data: z.object({ agentId, changes: z.array(z.enum(agentFields)).min(1) }),
    webhooks: ['agent.updated'],
    example: { agentId: someAgent, changes: ['name'] },
  }),
  'agent.activated': event({
    version: 1,
    summary: 'A deactivated agent may work again.',
    data: z.object({ agentId }),
    webhooks: ['agent.activated'],
    example: { agentId: someAgent },
  }),
  'agent.deactivated': event({
    version: 1,
    summary: 'An agent may work no more: it can not sign in, and where it was signed in that ended.',
    data: z.object({ agentId }),
    webhooks: ['agent.deactivated'],
    example: { agentId: someAgent },
  }),
  'agent.logged_in': event({
    version: 1,
    summary: 'An agent signed in with its password.',
    data: z.object({ agentId, loggedInAt: at }),
    webhooks: ['agent.logged_in'],
    example: { agentId: someAgent, loggedInAt: '2026-01-31T12:00:00.000Z' },
  }),
  'agent.permission_granted': event({
    version: 1,
    summary: 'An agent may do more: the API lets it from now on.',
    data: z.object({ agentId, permission: z.enum(permissions) }),
    webhooks: [],
    example: { agentId: someAgent, permission: 'send' },
  }),
  'agent.permission_revoked': event({
    version: 1,
    summary: 'An agent may do less: the API refuses it from now on.',
    data: z.object({ agentId, permission: z.enum(permissions) }),
    webhooks: [],
    example: { agentId: someAgent, permission: 'send' },
  }),
});

/** Any event of an agent. */
export type AgentEvent = EventsOf<typeof agentEvents>;
