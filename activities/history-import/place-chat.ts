// A chat before its first page: from which moment on it is imported, by the strategy, or that it is passed over because it is known.
import type { Database } from '../../db/deps.ts';
import { endImportChat, holdImportChat, type ImportChat, placeImportChat } from '../../db/history-import-chats.ts';
import { countImported } from '../../db/history-imports.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import { inTenant, inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { parseAddress } from '../../integrations/waha/addresses.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { findContact } from '../inbound/find-contact.ts';
import { loadImport, type Standing, standingOf } from './import-work.ts';
import { type Reader, startOfNewest } from './read-page.ts';

/** Places it. */
export async function placeChat(reader: Reader, input: ImportHistoryInput, chat: ImportChat): Promise<Standing> {
  const { database, row } = reader;
  const isKnown =
    row.strategy === 'new_only' &&
    (await inTenant(database.pool, input.tenantId, (tx) => isChatKnown(database, tx, reader, chat.address)));
  const since = row.strategy === 'recent' ? await startOfNewest(reader, chat) : row.sinceAt;
  const isNothing = isKnown || (row.strategy === 'recent' && since === null);
  return inTenantRetrying(database.pool, input.tenantId, async (tx) => {
    const now = await loadImport(database, tx, input, true);
    const standing = standingOf(now.row, 'pages');
    if (standing !== 'go' || !(await holdImportChat(tx, row.id, chat))) return standing;
    await placeImportChat(tx, row.id, chat.position, since);
    if (isNothing) {
      await endImportChat(tx, row.id, chat.position);
      await countImported(tx, row.id, { chatsDone: 1 }, 0);
    }
    return 'go';
  });
}

async function isChatKnown(database: Database, tx: Tx, { row }: Reader, address: string): Promise<boolean> {
  const parsed = parseAddress(address);
  const isGroup = parsed?.kind === 'group';
  const person = parsed?.kind === 'lid' ? { lid: parsed.user } : { phone: parsed?.user ?? '' };
  const contactId = isGroup ? null : ((await findContact(database, tx, row.projectId, person)) ?? null);
  if (!isGroup && contactId === null) return false;
  const { field, value } = chatLookup({ chatType: isGroup ? 'group' : 'individual', externalId: address, contactId });
  const { rows } = await tx.query(
    'select 1 from chats where tenant_id = $1 and channel_id = $2 and external_id_index = $3 limit 1',
    [tx.tenantId, row.channelId, await database.keysOf(tx).blindIndex(field, value)],
  );
  return rows.length > 0;
}
