// What a contact that goes is taken out of, in the request's transaction: sessions with the agents in them, campaigns, sequences.
import { aggregates } from '../db/aggregates.ts';
import { endOfSession } from '../db/end-of-session.ts';
import { exitEnrollments } from '../db/exit-enrollments.ts';
import { families } from '../domain/outreach/course.ts';
import type { WriteContext } from './call-context.ts';
import { leaveSessions } from './leave-sessions.ts';

/** Why: stands as the reason in the events of the campaigns and sequences. */
export type GoneReason = 'contact_deleted' | 'contact_merged' | 'contact_anonymized';

/** Ends all of it: nobody would ever write in the sessions again, and nobody is to be moved on. The contacts are held by the caller. */
export async function leaveEverything(
  context: WriteContext,
  contactIds: readonly string[],
  reason: GoneReason,
): Promise<void> {
  const { tx, runBeside, deps, cause } = context;
  const { rows } = await tx.query<{ id: string }>(
    `select id from sessions where tenant_id = $1 and contact_id = any($2::uuid[]) and status = 'active' order by id`,
    [tx.tenantId, contactIds],
  );
  for (const { id: sessionId } of rows) {
    const data = { reason: 'system_close', ...(await endOfSession(tx, sessionId)) };
    await runBeside(aggregates.session, sessionId, { type: 'session.close', data });
    await leaveSessions(context, { sessionId }, 'session_ended');
  }
  for (const family of families) await exitEnrollments(deps.database, tx, family, { contactIds }, reason, cause);
}
