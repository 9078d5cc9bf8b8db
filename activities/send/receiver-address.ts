// The address a message is sent to. One from which or at which messages have gone through is right; else the gateway says what a number's address is,
// and whether it has one: its digits may differ from the number's.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { lidSource } from '../../domain/contact/identity.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';

/** What is known of a receiver before the gateway is asked. */
type Receiver = { readonly address: string | undefined; readonly phone: string | undefined };

/** The receiver's address; undefined: their number is not at the gateway. Throws WahaError, or rule_violated for somebody who has no address at all. */
export async function receiverAddress(
  { database, gateway }: { readonly database: Database; readonly gateway: WahaClient },
  { tenantId, session, message }: { readonly tenantId: string; readonly session: string; readonly message: Message },
): Promise<string | undefined> {
  const { address, phone } = await inTenant(database.pool, tenantId, (tx) => findReceiver(database, tx, message));
  if (phone === undefined) {
    if (address !== undefined) return address;
    throw new DomainError('rule_violated', 'The contact has no phone number and no chat on this channel.', {
      rule: 'contact_unreachable',
    });
  }
  const { exists, chatId } = await gateway.checkExists(session, phone);
  return exists ? (chatId ?? `${phone}@c.us`) : undefined;
}

/** `phone` only where it has to be asked for. */
async function findReceiver(database: Database, tx: Tx, { chatId, contactId }: Message): Promise<Receiver> {
  const chat = chatId === null ? undefined : (await load(database, tx, aggregates.chat, chatId)).state;
  if (chat && (await isProven(tx, chat.id))) return { address: chat.externalId, phone: undefined };
  const { state: contact } = await load(database, tx, aggregates.contact, contactId);
  const hidden = contact.externalIds.find(({ source }) => source === lidSource)?.externalId;
  return { address: chat?.externalId ?? hidden, phone: contact.phone?.replaceAll(/\D/g, '') || undefined };
}

async function isProven(tx: Tx, chatId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from messages where tenant_id = $1 and chat_id = $2 and discarded_at is null and (not from_me or sent_at is not null) limit 1`,
    [tx.tenantId, chatId],
  );
  return rows.length > 0;
}
