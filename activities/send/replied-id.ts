// The full id of the message that another one answers: the gateway does not take the bare one by which we know it.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { lidSource } from '../../domain/contact/identity.ts';
import type { Message } from '../../domain/message/message.ts';
import { findMessageId } from '../../intake/find-message.ts';
import { formatMessageId } from '../../integrations/waha/ids.ts';

/** The id to quote; undefined: the message answers none, or one that is not known any more. `address` is the receiver's, for a replied message without a chat. */
export function repliedId(
  database: Database,
  { tenantId, message, address }: { readonly tenantId: string; readonly message: Message; readonly address: string },
): Promise<string | undefined> {
  const innerId = message.replyToChannelMessageId;
  if (innerId === null) return Promise.resolve(undefined);
  return inTenant(database.pool, tenantId, async (tx) => {
    const repliedMessageId = await findMessageId(tx, message.channelId, innerId);
    if (repliedMessageId === undefined) return undefined;
    const { state: replied } = await load(database, tx, aggregates.message, repliedMessageId);
    const chat = replied.chatId && (await load(database, tx, aggregates.chat, replied.chatId)).state;
    const fromMe = replied.fromMe;
    if (!chat) return formatMessageId({ innerId, fromMe, chat: address });
    const participant = chat.chatType === 'group' ? await writerOf(database, tx, replied) : undefined;
    return formatMessageId({ innerId, fromMe, chat: chat.externalId, ...(participant && { participant }) });
  });
}

/** Under which address somebody writes in groups: the hidden one where it is known. Our own is not needed: `true` says whose it is. */
async function writerOf(database: Database, tx: Tx, { fromMe, contactId }: Message): Promise<string | undefined> {
  if (fromMe) return undefined;
  const { state: contact } = await load(database, tx, aggregates.contact, contactId);
  const hidden = contact.externalIds.find(({ source }) => source === lidSource)?.externalId;
  const phone = contact.phone?.replaceAll(/\D/g, '');
  return hidden ?? (phone ? `${phone}@c.us` : undefined);
}
