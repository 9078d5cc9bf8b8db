// Destroying what is personal of a contact: its fields, its ways to be recognised, and the keys by which its past could be read. For good.
import { aggregates } from '../db/aggregates.ts';
import { familySql } from '../db/stores/contact-lookups.ts';
import type { WriteContext } from './call-context.ts';
import { leaveEverything } from './leave-everything.ts';
import { holdContacts } from './merge-contacts.ts';

const definition = aggregates.contact;

/** Anonymizes the contact and all that were merged into it; gives the contact after it. */
export async function anonymizeContact(context: WriteContext, id: string, requestedBy: string) {
  const { tx, run, runBeside, deps } = context;
  await holdContacts(context, [id]);
  const { rows } = await tx.query<{ id: string; mergedInto: string }>(
    `select id, merged_into as "mergedInto" from contacts where tenant_id = $1 and id in (${familySql('$2')}) and id <> $2 order by id`,
    [tx.tenantId, id],
  );
  const subjects = [id, ...rows.map((row) => row.id)];
  await holdContacts(context, subjects);
  await leaveEverything(context, subjects, 'contact_anonymized');
  const anonymized = await run(definition, id, { type: 'contact.anonymize', data: { requestedBy } });
  for (const { id: merged, mergedInto: asPartOf } of rows)
    await runBeside(definition, merged, { type: 'contact.anonymize', data: { requestedBy, asPartOf } });
  // What the gateway told of them is sealed piece by piece.
  await tx.query('update raw_events set body_key = null where tenant_id = $1 and contact_id = any($2::uuid[])', [
    tx.tenantId,
    subjects,
  ]);
  await deps.database.keysOf(tx).destroy(subjects);
  return anonymized;
}
