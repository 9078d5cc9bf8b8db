// Keeps the look-up tables of contacts in step, in the transaction of the events: who is recognised by what, who stands where.

import type { ContactEvent } from '../../domain/contact/events.ts';
import { externalIdentityKey, type IdentityKey, phoneIdentityKey } from '../../domain/contact/identity.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { keepCustomValues } from '../custom-fields.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';

type Write = {
  readonly tx: Tx;
  readonly keys: TenantKeys;
  readonly events: readonly ContactEvent[];
  readonly state: Contact;
};

/** The blind-index field of an identity's kind. */
export const identityField = (kind: string): string => `identity.${kind}`;

/** Keeps contact_identities and contact_places in step. Another contact's identity is never taken away: the first to be known by it keeps it. */
export async function keepLookups({ tx, keys, events, state }: Write): Promise<void> {
  for (const event of events) {
    if (event.type === 'contact.phone_set')
      await add(tx, keys, state, { kind: 'phone', key: phoneIdentityKey(event.data.phone) });
    else if (event.type === 'contact.external_id_set')
      await (event.data.undone ? remove : add)(tx, keys, state, externalIdentityKey(event.data));
    else if (event.type === 'contact.updated' && event.data.cleared?.includes('phone')) await dropPhone(tx, state);
    else if (event.type === 'contact.merged' && event.data.contactId === state.id) {
      if (event.data.undone) {
        await giveBack(tx, state.id, event.data.primaryContactId);
        // One that the primary gave up meanwhile.
        for (const external of state.externalIds) await add(tx, keys, state, externalIdentityKey(external));
      } else await handOver(tx, state.id, event.data.primaryContactId);
    } else if (event.type === 'contact.deleted' || event.type === 'contact.anonymized') {
      await tx.query('delete from contact_identities where tenant_id = $1 and contact_id = $2', [
        tx.tenantId,
        state.id,
      ]);
    }
  }
  if (events.some(({ type }) => placeTypes.has(type))) await keepPlaces(tx, state);
  if (events.some(changesCustomFields)) await keepCustomValues(tx, keys, state.id, state.customFields ?? {});
}

/** A contact that is merged or gone is in no list: its values may stay to be found, but for what was destroyed. */
const changesCustomFields = (event: ContactEvent): boolean =>
  event.type === 'contact.anonymized' ||
  event.type === 'contact.merged' ||
  (event.type === 'contact.updated' && event.data.customFields !== undefined);

const placeTypes: ReadonlySet<ContactEvent['type']> = new Set([
  'contact.entered_pipeline',
  'contact.exited_pipeline',
  'contact.pipeline_status_changed',
  'contact.merged',
  'contact.anonymized',
  'contact.deleted',
] as const);

async function add(tx: Tx, keys: TenantKeys, state: Contact, { kind, key }: IdentityKey): Promise<void> {
  // One phone a contact: a changed number gives the old one free. Numbers that merging brought stay.
  if (kind === 'phone') await dropPhone(tx, state);
  await tx.query(
    `insert into contact_identities (tenant_id, project_id, kind, value_index, contact_id) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [tx.tenantId, state.projectId, kind, await keys.blindIndex(identityField(kind), key), state.id],
  );
}

async function dropPhone(tx: Tx, { id }: Contact): Promise<void> {
  await tx.query(
    "delete from contact_identities where tenant_id = $1 and contact_id = $2 and kind = 'phone' and merged_from is null",
    [tx.tenantId, id],
  );
}

async function remove(tx: Tx, keys: TenantKeys, state: Contact, { kind, key }: IdentityKey): Promise<void> {
  await tx.query(
    'delete from contact_identities where tenant_id = $1 and contact_id = $2 and kind = $3 and value_index = $4',
    [tx.tenantId, state.id, kind, await keys.blindIndex(identityField(kind), key)],
  );
}

/** From now on whoever is known by them is the primary. */
async function handOver(tx: Tx, contactId: string, primaryId: string): Promise<void> {
  await tx.query(
    `update contact_identities set contact_id = $3, merged_from = coalesce(merged_from, contact_id)
     where tenant_id = $1 and contact_id = $2`,
    [tx.tenantId, contactId, primaryId],
  );
}

/** What came from the contact, or from one that had been merged into it before, is its own again. */
async function giveBack(tx: Tx, contactId: string, primaryId: string): Promise<void> {
  await tx.query(
    `update contact_identities set contact_id = $2, merged_from = nullif(merged_from, $2)
     where tenant_id = $1 and contact_id = $3 and merged_from in (${familySql('$2')})`,
    [tx.tenantId, contactId, primaryId],
  );
}

/** SQL: a contact (a parameter's name) and all that were merged into it, whatever the number of merges between. `$1` is the tenant. */
export function familySql(contactId: string): string {
  return `with recursive family as (
      select ${contactId}::uuid as id
      union select merged.id from contacts merged join family on merged.tenant_id = $1 and merged.merged_into = family.id)
    select id from family`;
}

/** The places as the contact has them; none of a contact that is merged or gone. */
async function keepPlaces(tx: Tx, state: Contact): Promise<void> {
  const isThere = state.mergedInto === null && state.deletedAt === null;
  const places = isThere ? state.pipelines : [];
  await tx.query(
    `with gone as (
       delete from contact_places where tenant_id = $1 and contact_id = $2 and pipeline_id <> all($3::uuid[]))
     insert into contact_places (tenant_id, contact_id, pipeline_id, status_id)
     select $1, $2::uuid, pipeline_id, status_id from unnest($3::uuid[], $4::uuid[]) as place (pipeline_id, status_id)
     on conflict (tenant_id, contact_id, pipeline_id) do update set status_id = excluded.status_id`,
    [tx.tenantId, state.id, places.map(({ pipelineId }) => pipelineId), places.map(({ statusId }) => statusId)],
  );
}
