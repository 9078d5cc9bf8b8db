// The session policy: what time does to the sessions of a project or a channel. The row is the truth; no event tells of it.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isSameJson } from '../kernel/same-json.ts';
import type { SessionPolicyCommand } from './commands.ts';
import { defaultTerms, type SessionTerms } from './terms.ts';

/** A policy's state; `channelId` null: it holds for all channels of the project that have none of their own. Times are ISO 8601. */
export type SessionPolicy = SessionTerms & {
  readonly id: string;
  readonly projectId: string;
  readonly channelId: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deletedAt: string | null;
};

export const sessionPolicy = defineAggregate<SessionPolicy, SessionPolicyCommand, never>({
  aggregate: 'session_policy',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    channelId: null,
    ...defaultTerms,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
  }),
  decide,
  settle,
  evolve: (state) => state,
});

function decide(command: SessionPolicyCommand, state: SessionPolicy): never[] {
  if (command.type === 'session_policy.create') {
    if (state.createdAt !== null)
      throw violated('session_policy_exists', 'A session policy with this id exists already.');
  } else if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such session policy.');
  if (command.type !== 'session_policy.delete') requireOrder(termsAfter(state, command.data));
  return [];
}

/** A session that has ended can't be abandoned any more. */
function requireOrder({ inactivitySeconds, abandonSeconds }: SessionTerms): void {
  if (inactivitySeconds === null || abandonSeconds === null || abandonSeconds < inactivitySeconds) return;
  throw violated(
    'abandoned_after_end',
    `Sessions end after ${inactivitySeconds} s: make abandonSeconds less than that, or inactivitySeconds more.`,
  );
}

type GivenTerms = { readonly [Term in keyof SessionTerms]?: SessionTerms[Term] | undefined };

function termsAfter(state: SessionTerms, given: GivenTerms): SessionTerms {
  // Null is a term; only what was not given stays.
  const or = <T>(one: T | undefined, other: T): T => (one === undefined ? other : one);
  return {
    inactivitySeconds: or(given.inactivitySeconds, state.inactivitySeconds),
    abandonSeconds: or(given.abandonSeconds, state.abandonSeconds),
    escalateSeconds: or(given.escalateSeconds, state.escalateSeconds),
    reassignSeconds: or(given.reassignSeconds, state.reassignSeconds),
    autoAssign: or(given.autoAssign, state.autoAssign),
  };
}

function settle(state: SessionPolicy, command: SessionPolicyCommand): SessionPolicy {
  const { at } = command;
  switch (command.type) {
    case 'session_policy.create': {
      const { sessionPolicyId: id, projectId, channelId = null, ...given } = command.data;
      return { ...state, id, projectId, channelId, ...termsAfter(state, given), createdAt: at };
    }
    case 'session_policy.update': {
      const after = { ...state, ...termsAfter(state, command.data) };
      return isSameJson(after, state) ? state : { ...after, updatedAt: at };
    }
    case 'session_policy.delete':
      return { ...state, deletedAt: at };
  }
}
