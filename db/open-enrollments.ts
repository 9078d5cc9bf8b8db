// Whose enrolments are open: those that news may concern.
import type { Family } from '../domain/outreach/course.ts';
import type { Tx } from './transaction.ts';

/** An enrolment. */
export type EnrollmentRef = { readonly family: Family; readonly enrollmentId: string };

/** Where these contacts are inside: theirs by now, or by the id under which they entered before they were merged. */
export async function openEnrollmentsOf(tx: Tx, contactIds: readonly string[]): Promise<EnrollmentRef[]> {
  const of = (family: Family): string =>
    `select '${family}' as family, id as "enrollmentId" from ${family}_enrollments
     where tenant_id = $1 and status in ('active', 'paused') and contact_id in (
       select unnest($2::uuid[]) union select id from contacts where tenant_id = $1 and merged_into = any($2::uuid[]))`;
  const { rows } = await tx.query<EnrollmentRef>(`${of('campaign')} union all ${of('sequence')} order by 2`, [
    tx.tenantId,
    contactIds,
  ]);
  return rows;
}

/** Of a campaign or sequence that goes on: those whose step fell due meanwhile, the first ones first. */
export async function dueEnrollmentsIn(
  tx: Tx,
  family: Family,
  parentId: string,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<EnrollmentRef[]> {
  const { rows } = await tx.query<EnrollmentRef>(
    `select '${family}' as family, id as "enrollmentId" from ${family}_enrollments
     where tenant_id = $1 and ${family}_id = $2 and status = 'active' and next_scheduled_at <= $3 order by next_scheduled_at, id limit $4`,
    [tx.tenantId, parentId, now, limit],
  );
  return rows;
}
