// The chats that the messages of a page belong to: a person's with each of its contacts, or the group's, with who wrote in it.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import type { Cause } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import type { ImportItem } from '../../db/history-import-items.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import type { Tx } from '../../db/transaction.ts';
import type { OfContact } from './place-people.ts';
import type { PagePlace } from './store-page.ts';

/** A message with its contact and chat. */
export type OfChat = OfContact & { readonly chatId: string };

/** Finds or makes them; `items` is what was made. */
export async function placeChats(
  database: Database,
  tx: Tx,
  place: PagePlace,
  messages: readonly OfContact[],
  cause: Cause,
): Promise<{ readonly messages: readonly OfChat[]; readonly items: readonly ImportItem[] }> {
  const chatIds = new Map<string, string>();
  const commands: { id: string; command: { type: 'chat.create'; data: object } }[] = [];
  const placed: OfChat[] = [];
  for (const { message, contactId } of messages) {
    const isGroup = message.chat.kind === 'group';
    const chatType = isGroup ? ('group' as const) : ('individual' as const);
    const externalId = message.chat.address;
    const { field, value } = chatLookup({ chatType, externalId, contactId: isGroup ? null : contactId });
    let chatId =
      chatIds.get(value) ?? (await openChat(tx, place.channelId, await database.keysOf(tx).blindIndex(field, value)));
    if (chatId === undefined) {
      chatId = database.ids.next();
      const { channelId, projectId } = place;
      const data = {
        chatId,
        projectId,
        tenantId: tx.tenantId,
        channelId,
        chatType,
        externalId,
        ...(!isGroup && { contactId }),
      };
      commands.push({ id: chatId, command: { type: 'chat.create', data } });
    }
    chatIds.set(value, chatId);
    placed.push({ message, contactId, chatId });
  }
  await executeMany(database, tx, aggregates.chat, commands, cause);
  const joined = await addParticipants(database, tx, placed, cause);
  return { messages: placed, items: [...commands.map(({ id }) => ({ kind: 'chat' as const, id })), ...joined] };
}

/** Held, so that no undo closes it meanwhile. */
async function openChat(tx: Tx, channelId: string, index: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from chats where tenant_id = $1 and channel_id = $2 and external_id_index = $3 and status <> 'closed' for no key update`,
    [tx.tenantId, channelId, index],
  );
  return rows[0]?.id;
}

async function addParticipants(
  database: Database,
  tx: Tx,
  messages: readonly OfChat[],
  cause: Cause,
): Promise<readonly ImportItem[]> {
  const writers = new Map<string, { chatId: string; contactId: string }>();
  for (const { message, chatId, contactId } of messages)
    if (message.chat.kind === 'group' && !message.fromMe) writers.set(`${chatId} ${contactId}`, { chatId, contactId });
  const commands = [...writers.values()].map(({ chatId, contactId: participantId }) => {
    const data = { participantId, participantType: 'contact', role: 'member' };
    return { id: chatId, command: { type: 'chat.add_participant' as const, data } };
  });
  const results = await executeMany(database, tx, aggregates.chat, commands, cause);
  return [...writers.values()].flatMap(({ chatId, contactId }, index) =>
    results[index]?.events.length
      ? [{ kind: 'joined' as const, id: database.ids.next(), detail: { chatId, contactId } }]
      : [],
  );
}
