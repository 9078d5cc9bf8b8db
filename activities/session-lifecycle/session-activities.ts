// The activity of a session's workflow: one commit that holds the session, does what is due by now, and tells what is due next. Run as often as one likes:
// the rows are the truth, so that it does not matter which hints reached the workflow, in which order, or how often.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { type DueKind, nextDue, soonestAfterMessageMs } from '../../domain/session/next-due.ts';
import type { Session } from '../../domain/session/session.ts';
import { runInSaga, type SagaContext } from '../../platform/saga-context.ts';
import type { SessionLifecycleInput } from '../../workflows/names.ts';
import { isSettled, type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga, stepCause } from '../saga-steps.ts';
import { endParts, keepParts } from './agent-parts.ts';
import { readStanding } from './read-standing.ts';
import { readTerms } from './read-terms.ts';
import type { SessionWork } from './session-work.ts';
import { takeDue } from './take-due.ts';

/** What was done and what comes. Durations in milliseconds from now. */
export type Tended = {
  /** Why the session ended; null: it is active. */
  readonly endReason: string | null;
  readonly did: readonly DueKind[];
  readonly due: { readonly what: DueKind; readonly inMs: number } | null;
  /** How soon after a further message anything can be due; null: never. */
  readonly soonestAfterMessageMs: number | null;
};

/** The activities' types, for the workflow. */
export type SessionActivities = ReturnType<typeof createSessionActivities>;

/** Makes them. */
export function createSessionActivities(database: Database, listener: SagaListener) {
  return {
    /** Looks after a session. `wasStuck`: its row in the list of sagas says so still. */
    async tendSession(input: SessionLifecycleInput, wasStuck = false): Promise<Tended> {
      const saga = requireSaga();
      return inTenantRetrying(database.pool, input.tenantId, async (tx) => {
        const work = { database, tx, cause: stepCause(saga) };
        const session = await hold(work, input.sessionId);
        if (wasStuck) await enterSaga(tx, saga);
        const tended = session ? await tend(work, saga, session) : gone;
        if (tended.endReason !== null && session) await end({ ...work, saga, listener }, session, tended.endReason);
        return tended;
      });
    },
  };
}

/** A session that was never there: nothing has to be done about it. */
const gone: Tended = { endReason: 'not_found', did: [], due: null, soonestAfterMessageMs: null };

/** The session as it is, kept from changing; undefined: there is none. */
async function hold({ database, tx }: SessionWork, sessionId: string): Promise<Session | undefined> {
  const { state, exists } = await load(database, tx, aggregates.session, sessionId, true);
  return exists ? state : undefined;
}

async function tend(work: SessionWork, saga: SagaContext, found: Session): Promise<Tended> {
  const did: DueKind[] = [];
  for (let session = found; ; session = (await hold(work, found.id)) ?? session) {
    const { endReason } = session;
    if (session.status !== 'active')
      return { endReason: endReason ?? 'ended', did, due: null, soonestAfterMessageMs: null };
    const terms = await readTerms(work.tx, session);
    const standing = await readStanding(work.tx, session, terms);
    const nowMs = work.database.clock.now().getTime();
    const next = nextDue(standing, terms, nowMs);
    if (next === null || next.atMs > nowMs) {
      await runInSaga({ ...saga, sagaStep: 'agents' }, () => keepParts(work, session));
      const due = next && { what: next.what, inMs: next.atMs - nowMs };
      return { endReason: null, did, due, soonestAfterMessageMs: soonestAfterMessageMs(standing, terms) };
    }
    const { what } = next;
    await runInSaga({ ...saga, sagaStep: what }, () => takeDue(work, session.id, what, { standing, terms }));
    did.push(what);
  }
}

type Ending = SessionWork & { readonly saga: SagaContext; readonly listener: SagaListener };

/** Whoever ended it: its agents leave, and the list of sagas gets its row. */
async function end({ saga, listener, ...work }: Ending, { id, contactId }: Session, reason: string): Promise<void> {
  const { tx } = work;
  const last = { ...saga, sagaStep: 'end' };
  await runInSaga(last, () => endParts(work, id));
  if (await isSettled(tx, saga)) return;
  await writeSaga(tx, last, { state: 'completed', reason, subjectIds: { sessionId: id, contactId } });
  tx.onCommit(() => listener(last, 'completed', reason));
}
