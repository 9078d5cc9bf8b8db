// Puts contacts into a campaign or sequence, many in one transaction: with the steps and terms as they are, each at most once at a time.
import { and, eq, isNull } from 'drizzle-orm';
import { DomainError, violated } from '../domain/kernel/errors.ts';
import type { Course, Family } from '../domain/outreach/course.ts';
import type { Ids } from '../platform/clock.ts';
import { aggregates } from './aggregates.ts';
import { isPresent } from './contact-list-members.ts';
import { type Cause, type ExecuteDeps, type Executed, load } from './execute.ts';
import { executeMany } from './execute-many.ts';
import { requireReferences } from './references.ts';
import { contacts } from './schema/contacts.ts';
import type { Tx } from './transaction.ts';

/** Whom to put in; `id` is the campaign's or sequence's. */
export type Enrolling = { readonly id: string; readonly contactIds: readonly string[] };

type EnrollmentRule = 'already_enrolled' | 'enrolled_before';

/** Who is in it now, and who was passed over because of which rule. */
export type Enrolled = {
  readonly enrolled: readonly Pick<Course, 'id' | 'contactId' | 'nextScheduledAt'>[];
  readonly skipped: readonly { readonly contactId: string; readonly rule: EnrollmentRule }[];
};

type Deps = ExecuteDeps & { readonly ids: Ids };
type Terms = Pick<Course, 'projectId' | 'reEntry' | 'createdAt'> & { readonly status: string };

/** Into an active campaign. Throws DomainError not_found, rule_violated (`campaign_not_active`, `reference_not_found`; `already_enrolled` when someone else was quicker). */
export async function enrollInCampaign(deps: Deps, tx: Tx, to: Enrolling, cause: Cause): Promise<Enrolled> {
  await holdStill(tx, 'campaign', to.id);
  const { state } = await load(deps, tx, aggregates.campaign, to.id);
  const { projectId, steps, reEntry, exitOnReply } = state;
  const { entering, skipped } = await whoMayEnter(tx, 'campaign', state, to);
  const commands = entering.map((contactId) => {
    const enrollmentId = deps.ids.next();
    const data = { enrollmentId, campaignId: to.id, projectId, contactId, steps, reEntry, exitOnReply };
    return { id: enrollmentId, command: { type: 'campaign_enrollment.enroll' as const, data } };
  });
  return { enrolled: shown(await executeMany(deps, tx, aggregates.campaignEnrollment, commands, cause)), skipped };
}

/** Into an active sequence. Throws like enrollInCampaign (`sequence_not_active`). */
export async function enrollInSequence(deps: Deps, tx: Tx, to: Enrolling, cause: Cause): Promise<Enrolled> {
  await holdStill(tx, 'sequence', to.id);
  const { state } = await load(deps, tx, aggregates.sequence, to.id);
  const { projectId, steps, reEntry, exitOnReply } = state;
  const { entering, skipped } = await whoMayEnter(tx, 'sequence', state, to);
  const commands = entering.map((contactId) => {
    const enrollmentId = deps.ids.next();
    const data = { enrollmentId, sequenceId: to.id, projectId, contactId, steps, reEntry, exitOnReply };
    return { id: enrollmentId, command: { type: 'sequence_enrollment.enroll' as const, data } };
  });
  return { enrolled: shown(await executeMany(deps, tx, aggregates.sequenceEnrollment, commands, cause)), skipped };
}

/** Keeps it as it is until the commit; others who enrol at the same time need not wait. */
async function holdStill(tx: Tx, family: Family, id: string): Promise<void> {
  await tx.query(`select from ${family}s where tenant_id = $1 and id = $2 for share`, [tx.tenantId, id]);
}

/** How many contacts are in a campaign; nobody enters until the commit. */
export async function openEnrollments(tx: Tx, campaignId: string): Promise<number> {
  await tx.query('select from campaigns where tenant_id = $1 and id = $2 for no key update', [tx.tenantId, campaignId]);
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from campaign_enrollments where tenant_id = $1 and campaign_id = $2 and status in ('active', 'paused')`,
    [tx.tenantId, campaignId],
  );
  return rows[0]?.count ?? 0;
}

async function whoMayEnter(
  tx: Tx,
  family: Family,
  { createdAt, status, projectId, reEntry }: Terms,
  { id, contactIds }: Enrolling,
): Promise<{ entering: string[]; skipped: Enrolled['skipped'] }> {
  if (createdAt === null) throw new DomainError('not_found', `There is no such ${family}: check its id.`);
  if (status !== 'active')
    throw violated(`${family}_not_active`, `The ${family} is ${status}: only an active one takes contacts in.`);
  const ids = [...new Set(contactIds)];
  const only = and(eq(contacts.projectId, projectId), isPresent, isNull(contacts.anonymizedAt));
  await requireReferences(tx, [{ path: 'body.contactIds', name: 'contact', table: contacts, ids, only }]);
  const { rows } = await tx.query<{ contactId: string; isInside: boolean }>(
    `select contact_id as "contactId", bool_or(status in ('active', 'paused')) as "isInside" from ${family}_enrollments
     where tenant_id = $1 and ${family}_id = $2 and contact_id = any($3::uuid[]) group by contact_id`,
    [tx.tenantId, id, ids],
  );
  const rules = new Map<string, EnrollmentRule>();
  for (const { contactId, isInside } of rows) {
    if (isInside) rules.set(contactId, 'already_enrolled');
    else if (!reEntry) rules.set(contactId, 'enrolled_before');
  }
  const skipped = [...rules].map(([contactId, rule]) => ({ contactId, rule }));
  return { entering: ids.filter((contactId) => !rules.has(contactId)), skipped };
}

const shown = (results: readonly Executed<Course, unknown>[]): Enrolled['enrolled'] =>
  results.map(({ state: { id, contactId, nextScheduledAt } }) => ({ id, contactId, nextScheduledAt }));
