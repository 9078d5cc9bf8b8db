// What time does to a session: which of its policy's terms is due first, and when. Pure: the workflow waits, the database decides.
import type { SessionTerms } from '../session-policy/terms.ts';

/** What can be due. `assign`: to somebody, for the first time. */
export type DueKind = 'assign' | 'reassign' | 'escalate' | 'abandon' | 'close';

/** Something that is due at a moment, in milliseconds of the epoch. */
export type SessionDue = { readonly what: DueKind; readonly atMs: number };

/** What the terms look at. Times are those at which something was recorded here, in milliseconds of the epoch: a message that comes late is activity now. */
export type SessionStanding = {
  /** The last message of either side; the start when there is none. */
  readonly lastActivityMs: number;
  /** Since when the contact waits for an answer; null: it has the last word's answer. */
  readonly waitingSinceMs: number | null;
  readonly messageCount: number;
  readonly agentId: string | null;
  readonly assignedMs: number | null;
  readonly isResolved: boolean;
  readonly isEscalated: boolean;
  readonly isAbandoned: boolean;
  /** Whether there is anybody whom the session could be given to (next). */
  readonly isAgentFree: boolean;
};

const order: readonly DueKind[] = ['assign', 'reassign', 'escalate', 'abandon', 'close'];

/** The first thing due, now or later; null: nothing ever is, as things stand. What a session would get on its last moment but its end it does not get. */
export function nextDue(standing: SessionStanding, terms: SessionTerms, nowMs: number): SessionDue | null {
  const dues = [...ofAgents(standing, terms), ...ofSilence(standing, terms)];
  const isOver = dues.some(({ what, atMs }) => what === 'close' && atMs <= nowMs);
  const left = isOver ? dues.filter(({ what }) => what === 'abandon' || what === 'close') : dues;
  return (
    left.toSorted((one, other) => one.atMs - other.atMs || order.indexOf(one.what) - order.indexOf(other.what))[0] ??
    null
  );
}

/** How soon after a further message anything can be due, in milliseconds; null: never. */
export function soonestAfterMessageMs(standing: SessionStanding, terms: SessionTerms): number | null {
  if (terms.autoAssign && standing.agentId === null) return 0;
  const { inactivitySeconds, abandonSeconds, escalateSeconds, reassignSeconds } = terms;
  const given = [inactivitySeconds, abandonSeconds, escalateSeconds, reassignSeconds].filter((term) => term !== null);
  return given.length === 0 ? null : Math.min(...given) * 1_000;
}

function ofAgents(standing: SessionStanding, terms: SessionTerms): SessionDue[] {
  const { agentId, waitingSinceMs, isEscalated, isAgentFree } = standing;
  if (standing.isResolved) return [];
  const dues: SessionDue[] = [];
  if (terms.autoAssign && agentId === null && isAgentFree) dues.push({ what: 'assign', atMs: 0 });
  if (waitingSinceMs === null) return dues;
  if (terms.escalateSeconds !== null && !isEscalated)
    dues.push({ what: 'escalate', atMs: waitingSinceMs + terms.escalateSeconds * 1_000 });
  if (terms.reassignSeconds !== null && agentId !== null) {
    const atMs = Math.max(waitingSinceMs, standing.assignedMs ?? 0) + terms.reassignSeconds * 1_000;
    if (isAgentFree) dues.push({ what: 'reassign', atMs });
    // Nobody is left to give it to: somebody has to look.
    else if (!isEscalated) dues.push({ what: 'escalate', atMs });
  }
  return dues;
}

function ofSilence(standing: SessionStanding, { abandonSeconds, inactivitySeconds }: SessionTerms): SessionDue[] {
  const { lastActivityMs, messageCount, isResolved, isAbandoned } = standing;
  const dues: SessionDue[] = [];
  if (abandonSeconds !== null && messageCount > 0 && !isResolved && !isAbandoned)
    dues.push({ what: 'abandon', atMs: lastActivityMs + abandonSeconds * 1_000 });
  if (inactivitySeconds !== null) dues.push({ what: 'close', atMs: lastActivityMs + inactivitySeconds * 1_000 });
  return dues;
}
