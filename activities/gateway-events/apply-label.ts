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
  const { labelId, name } = event;
  switch (event.change) {
    case 'upserted':
    case 'deleted': {
      const command =
        event.change === 'deleted'
          ? ({ type: 'channel.delete_label', data: { labelId } } as const)
          : ({ type: 'channel.upsert_label', data: { labelId, name: (name || labelId).slice(0, 200) } } as const);
      await execute(database, tx, aggregates.channel, raw.channelId, command, cause);
      return { outcome: 'processed' };
    }
    case 'chat_added':
    case 'chat_removed': {
      const chatId = await findChat(applying);
      if (chatId === undefined) return { outcome: 'ignored', reason: 'unknown_chat' };
      const type = event.change === 'chat_added' ? 'chat.add_label' : 'chat.remove_label';
      await execute(database, tx, aggregates.chat, chatId, { type, data: { labelId } }, cause);
      return { outcome: 'processed' };
    }
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
