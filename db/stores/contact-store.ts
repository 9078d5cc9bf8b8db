// The contact's table, and the look-up table of the ways to recognise a person, kept in step in the same transaction.
import type { Contact } from '../../domain/contact/contact.ts';
import type { ContactEvent } from '../../domain/contact/events.ts';
import { externalIdentityKey, type IdentityKey, phoneIdentityKey } from '../../domain/contact/identity.ts';
import { contacts } from '../schema/contacts.ts';
import { defineStore } from '../state-store.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import type { Tx } from '../transaction.ts';

export const contactStore = defineStore<Contact>({
  table: contacts,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'sealed',
    phone: 'sealed',
    phoneVerified: 'plain',
    email: 'sealed',
    externalIds: 'sealed',
    tags: 'json',
    language: 'plain',
    timezone: 'plain',
    channelId: 'plain',
    sourceChannel: 'plain',
    interactionCount: 'plain',
    lastInteractionAt: 'time',
    createdAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: { name: '', phone: null, email: null, externalIds: [] },
  blind: (state) => ({
    phone_index: state.phone === null ? null : { field: 'contact.phone', value: phoneIdentityKey(state.phone) },
    email_index: state.email === null ? null : { field: 'contact.email', value: state.email.toLowerCase() },
  }),
});

/** The blind-index field of an identity's kind. */
export const identityField = (kind: string): string => `identity.${kind}`;

/** Keeps contact_identities in step. Another contact's identity is never taken away: the first to be known by it keeps it. */
export async function keepIdentities({
  tx,
  keys,
  events,
  state,
}: {
  tx: Tx;
  keys: TenantKeys;
  events: readonly ContactEvent[];
  state: Contact;
}): Promise<void> {
  for (const event of events) {
    if (event.type === 'contact.phone_set')
      await add(tx, keys, state, { kind: 'phone', key: phoneIdentityKey(event.data.phone) });
    else if (event.type === 'contact.external_id_set') await add(tx, keys, state, externalIdentityKey(event.data));
    else if (event.type === 'contact.deleted') {
      await tx.query('delete from contact_identities where tenant_id = $1 and contact_id = $2', [
        tx.tenantId,
        state.id,
      ]);
    }
  }
}

async function add(tx: Tx, keys: TenantKeys, state: Contact, { kind, key }: IdentityKey): Promise<void> {
  // One phone a contact: a changed number gives the old one free.
  if (kind === 'phone')
    await tx.query("delete from contact_identities where tenant_id = $1 and contact_id = $2 and kind = 'phone'", [
      tx.tenantId,
      state.id,
    ]);
  await tx.query(
    `insert into contact_identities (tenant_id, project_id, kind, value_index, contact_id) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [tx.tenantId, state.projectId, kind, await keys.blindIndex(identityField(kind), key), state.id],
  );
}
