// Does what is due in a session, as a command of its own.
import { aggregates } from '../../db/aggregates.ts';
import { endOfSession } from '../../db/end-of-session.ts';
import type { Tx } from '../../db/transaction.ts';
import type { DueKind } from '../../domain/session/next-due.ts';
import type { SessionTerms } from '../../domain/session-policy/terms.ts';
import type { ReadStanding } from './read-standing.ts';
import { run, type SessionWork } from './session-work.ts';

/** How an agent is chosen; stored with the assignment. */
const assignmentStrategy = 'fewest_sessions';

/** Takes it. The decider refuses what the standing did not say. */
export async function takeDue(
  work: SessionWork,
  sessionId: string,
  what: DueKind,
  { standing, terms }: { readonly standing: ReadStanding; readonly terms: SessionTerms },
): Promise<void> {
  await run(work, aggregates.session, sessionId, await commandFor(work.tx, sessionId, what, standing, terms));
}

async function commandFor(tx: Tx, sessionId: string, what: DueKind, standing: ReadStanding, terms: SessionTerms) {
  const { freeAgentId: agentId, lastAgentMessageAt } = standing;
  switch (what) {
    case 'assign':
      return { type: 'session.assign_agent', data: { agentId, source: 'automatic', assignmentStrategy } } as const;
    case 'reassign': {
      const reassignmentReason = `The contact waited for an answer for ${terms.reassignSeconds} s.`;
      const source = 'reassignment_no_response';
      return {
        type: 'session.assign_agent',
        data: { agentId, source, reassignmentReason, assignmentStrategy },
      } as const;
    }
    case 'escalate':
      return { type: 'session.escalate', data: {} } as const;
    case 'abandon':
      return { type: 'session.abandon', data: { ...(lastAgentMessageAt && { lastAgentMessageAt }) } } as const;
    case 'close': {
      const data = { reason: 'inactivity_timeout', ...(await endOfSession(tx, sessionId)) };
      return { type: 'session.close', data } as const;
    }
  }
}
