// The events of an agent's part in a session.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id } from '../kernel/fields.ts';

/** Why an agent left a session. */
export const leaveReasons = ['left', 'reassigned', 'session_ended', 'agent_deactivated', 'inactivity'] as const;

const someAgentSession = '018f5a10-0000-7000-8000-00000000000d';
const part = { agentSessionId: id, agentId: id, sessionId: id };
const somePart = {
  agentSessionId: someAgentSession,
  agentId: '018f5a10-0000-7000-8000-000000000007',
  sessionId: '018f5a10-0000-7000-8000-000000000005',
};

export const agentSessionEvents = defineEvents('agent_session', {
  'agent_session.joined': event({
    version: 1,
    summary: 'An agent took part in a session from now on.',
    data: z.object({ ...part, joinedAt: at }),
    webhooks: ['agent_session.joined'],
    example: { ...somePart, joinedAt: '2026-01-31T12:00:00.000Z' },
  }),
  'agent_session.left': event({
    version: 1,
    summary: 'An agent takes part in a session no more; `reason` says why.',
    data: z.object({ ...part, leftAt: at, reason: z.enum(leaveReasons) }),
    webhooks: ['agent_session.left'],
    example: { ...somePart, leftAt: '2026-01-31T12:30:00.000Z', reason: 'left' },
  }),
});

/** Any event of an agent's part in a session. */
export type AgentSessionEvent = EventsOf<typeof agentSessionEvents>;
