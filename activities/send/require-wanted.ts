// Whether a contact still wants a message that nobody there asked for. Looked at right before each send: days may lie between queueing and sending.
import { currentContact } from '../../db/current-contact.ts';
import type { Database } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import { optOutOn } from '../../domain/contact/consent.ts';
import { violated } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';

/** What people wrote themselves was checked when they sent it, and may be an answer that the contact waits for. */
const unasked: readonly Message['source'][] = ['broadcast', 'sequence', 'automation'];

/** Throws rule_violated (`opted_out`, `contact_gone`) for a message that must not go out any more. */
export async function requireWanted(database: Database, tenantId: string, message: Message): Promise<void> {
  if (!unasked.includes(message.source)) return;
  const contact = await inTenant(database.pool, tenantId, (tx) => currentContact(database, tx, message.contactId));
  if (contact === undefined || contact.anonymizedAt !== null)
    throw violated('contact_gone', 'The contact was deleted or anonymized before it was sent (contact_gone).');
  if (optOutOn(contact.optOuts, message.channelId))
    throw violated('opted_out', 'The contact opted out of messages before it was sent (opted_out).');
}
