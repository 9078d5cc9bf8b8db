// Takes contacts out of campaigns and sequences: all of one that is put away, or those that are gone themselves.
import type { Family } from '../domain/outreach/course.ts';
import { aggregates } from './aggregates.ts';
import type { Cause, ExecuteDeps } from './execute.ts';
import { executeMany } from './execute-many.ts';
import type { Tx } from './transaction.ts';

/** So many leave by one statement. */
const pageSize = 500;

/** Whose places are given up: everybody's in one campaign or sequence, or some contacts' in all of them. */
export type Leaving = { readonly parentId: string } | { readonly contactIds: readonly string[] };

/** Each leaves by its own command with this reason, in the caller's transaction. */
export async function exitEnrollments(
  deps: ExecuteDeps,
  tx: Tx,
  family: Family,
  leaving: Leaving,
  reason: string,
  cause: Cause,
): Promise<void> {
  const [column, ids] =
    'parentId' in leaving ? [`${family}_id`, [leaving.parentId]] : ['contact_id', leaving.contactIds];
  for (;;) {
    const { rows } = await tx.query<{ id: string }>(
      `select id from ${family}_enrollments where tenant_id = $1 and ${column} = any($2::uuid[]) and status in ('active', 'paused')
       order by id limit $3`,
      [tx.tenantId, ids, pageSize],
    );
    if (rows.length === 0) return;
    const exits = <Type extends string>(type: Type) =>
      rows.map(({ id }) => ({ id, command: { type, data: { reason } } }));
    if (family === 'campaign')
      await executeMany(deps, tx, aggregates.campaignEnrollment, exits('campaign_enrollment.exit'), cause);
    else await executeMany(deps, tx, aggregates.sequenceEnrollment, exits('sequence_enrollment.exit'), cause);
  }
}
