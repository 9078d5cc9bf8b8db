// Whether a contact still wants a message that nobody there asked for. Looked at right before each send: days may lie between queueing and sending.
import { currentContact } from '../../db/current-contact.ts';
import type { Database } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import { optOutOn } from '../../domain/contact/consent.ts';
import { violated } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';

/** What people or a bot wrote was checked when it was queued, and is an answer that the contact may wait for. */
const answers: readonly Message['source'][] = ['manual', 'bot', 'test'];

/** Throws rule_violated (`opted_out`, `contact_gone`) for a message that must not go out any more. */
export async function requireWanted(database: Database, tenantId: string, message: Message): Promise<void> {
  const contact = await inTenant(database.pool, tenantId, (tx) => currentContact(database, tx, message.contactId));
  if (contact === undefined || contact.anonymizedAt !== null)
    throw violated('contact_gone', 'The contact was deleted or anonymized before it was sent (contact_gone).');
  if (!answers.includes(message.source) && optOutOn(contact.optOuts, message.channelId))
    throw violated('opted_out', 'The contact opted out of messages before it was sent (opted_out).');
}
