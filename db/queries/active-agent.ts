// A reference to an agent that work can be given to.
import { eq } from 'drizzle-orm';
import type { Reference } from '../references.ts';
import { agents } from '../schema/agents.ts';

/** `path` is the field's place in the request. */
export function activeAgent(path: string, agentId: string): Reference {
  return { path, name: 'active agent', table: agents, ids: agentId, only: eq(agents.status, 'active') };
}
