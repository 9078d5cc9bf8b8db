// A label of the gateway came, went, or was put on or taken off a chat.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import { parseAddress } from '../../integrations/waha/addresses.ts';
import type { LabelEvent } from '../../integrations/waha/gateway-event.ts';
import { findContact } from '../inbound/find-contact.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

export async function applyLabel(applying: Applying<LabelEvent>): Promise<Applied> {
  const { database, tx, raw, event, cause } = applying;
  const command = labelCommand(event);
  switch (command.type) {
    case 'channel.delete_label':
    case 'channel.upsert_label':
      await execute(database, tx, aggregates.channel, raw.channelId, command, cause);
      return { outcome: 'processed' };
    case 'chat.add_label':
    case 'chat.remove_label': {
      const chatId = await findChat(applying);
      if (chatId === undefined) return { outcome: 'ignored', reason: 'unknown_chat' };
      await execute(database, tx, aggregates.chat, chatId, command, cause);
      return { outcome: 'processed' };
    }
  }
}

/** What the event asks of its channel or chat. A label without a name is called by its id. */
export function labelCommand({ change, labelId, name }: LabelEvent) {
  switch (change) {
    case 'deleted':
      return { type: 'channel.delete_label', data: { labelId } } as const;
    case 'upserted':
      return { type: 'channel.upsert_label', data: { labelId, name: name || labelId } } as const;
    case 'chat_added':
      return { type: 'chat.add_label', data: { labelId } } as const;
    case 'chat_removed':
      return { type: 'chat.remove_label', data: { labelId } } as const;
  }
}

async function findChat({ database, tx, raw, event }: Applying<LabelEvent>): Promise<string | undefined> {
  const address = parseAddress(event.chat?.address);
  if (!event.chat || !address) return undefined;
  const { state: channel } = await load(database, tx, aggregates.channel, raw.channelId);
  const isGroup = event.chat.kind === 'group';
  const person = address.kind === 'lid' ? { lid: address.user } : { phone: address.user };
  const contactId = isGroup ? null : ((await findContact(database, tx, channel.projectId, person)) ?? null);
  if (!isGroup && contactId === null) return undefined;
  const lookup = chatLookup({ chatType: isGroup ? 'group' : 'individual', externalId: event.chat.address, contactId });
  const { rows } = await tx.query<{ id: string }>(
    `select id from chats where tenant_id = $1 and channel_id = $2 and external_id_index = $3 and status <> 'closed'`,
    [tx.tenantId, raw.channelId, await database.keysOf(tx).blindIndex(lookup.field, lookup.value)],
  );
  return rows[0]?.id;
}
