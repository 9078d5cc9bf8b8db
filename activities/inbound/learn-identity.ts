// Keeps what a message teaches about a person: a hidden id beside a number, or the other way round, and their name where a number stood for it.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { lidSource } from '../../domain/contact/identity.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { StepWork } from '../saga-steps.ts';
import { indexKeys } from './find-contact.ts';

/** Learns; an identity that is another contact's already is left there. Call it where nothing is undone any more: what was learnt stays true. */
export async function learnIdentity(
  database: Database,
  { tx, cause }: Pick<StepWork, 'tx' | 'cause'>,
  contactId: string,
  { sender, fromMe }: Pick<MessageEvent, 'sender' | 'fromMe'>,
): Promise<void> {
  if (!sender) return;
  const keys = await indexKeys(database, tx, sender);
  const { rows } = await tx.query(
    `select 1 from contact_identities identity join contacts contact on contact.tenant_id = identity.tenant_id and contact.id = $2
     where identity.tenant_id = $1 and identity.project_id = contact.project_id and identity.contact_id <> $2
       and (identity.kind, identity.value_index) in (select * from unnest($3::text[], $4::text[])) limit 1`,
    [tx.tenantId, contactId, keys.map(({ kind }) => kind), keys.map(({ index }) => index)],
  );
  // Known as someone else: two contacts that may be one person. That is for a person to decide (merge), not for a message.
  if (rows.length > 0) return;
  const externalIds = sender.lid ? [{ externalId: `${sender.lid}@lid`, source: lidSource }] : [];
  const name = fromMe ? undefined : sender.pushName;
  const data = { ...(name && { name }), ...(sender.phone && { phone: sender.phone }), externalIds };
  await execute(database, tx, aggregates.contact, contactId, { type: 'contact.learn_identity', data }, cause);
}
