// A way to recognise a person belongs to one contact of a project: messages from it could else go to either.
import { identityField } from '../db/stores/contact-lookups.ts';
import { externalIdentityKey, phoneIdentityKey } from '../domain/contact/identity.ts';
import type { Contact } from '../domain/contact/state.ts';
import { violated } from '../domain/kernel/errors.ts';
import type { WriteContext } from './call-context.ts';

/** Throws phone_taken or external_id_taken when it is another contact's. Call it after the write, which waits for whoever writes the same one. */
export async function requireOwnIdentity(
  { tx, deps, caller }: WriteContext,
  { id, projectId, phone }: Contact,
  which: 'phone' | Contact['externalIds'][number],
): Promise<void> {
  if (which === 'phone' && phone === null) return;
  const identity =
    which === 'phone' ? { kind: 'phone', key: phoneIdentityKey(phone ?? '') } : externalIdentityKey(which);
  const index = await deps.database.keysOf(tx).blindIndex(identityField(identity.kind), identity.key);
  const { rows } = await tx.query<{ contactId: string }>(
    `select contact_id as "contactId" from contact_identities
     where tenant_id = $1 and project_id = $2 and kind = $3 and value_index = $4`,
    [caller.tenantId, projectId, identity.kind, index],
  );
  if (!rows[0] || rows[0].contactId === id) return;
  throw which === 'phone'
    ? violated('phone_taken', 'Another contact of this project has this phone number: change that contact instead.')
    : violated('external_id_taken', 'Another contact of this project has this id: merge the two, or change that one.');
}
