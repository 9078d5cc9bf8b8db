// The chats of an import, in the order in which they are imported, with the cursor of each. Addresses are people's numbers: sealed by the tenant's key.
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** Where the next page begins. `second`, `ties`: the last message's second, and how many of that second there were: what orders the next one after it. */
export type PageCursor = { readonly second?: number; readonly ties?: number };

/** One chat. `isPlaced`: it is known from which moment on it is imported. */
export type ImportChat = {
  readonly position: number;
  readonly address: string;
  readonly sinceAt: Date | null;
  readonly isPlaced: boolean;
  readonly nextOffset: number;
  readonly cursor: PageCursor;
  readonly imported: number;
};

const place = (tenantId: string | null, importId: string): string =>
  `${tenantId}|${importId}|history_import_chats|address`;
const columns = `position, address, since_at as "sinceAt", is_placed as "isPlaced", next_offset as "nextOffset", cursor, imported`;

/** Adds the chats that are not there yet, in the order given; gives how many. */
export async function addImportChats(
  tx: Tx,
  keysOf: KeysOf,
  importId: string,
  addresses: readonly string[],
): Promise<number> {
  const keys = keysOf(tx);
  const rows: { address: string; index: string }[] = [];
  for (const address of new Set(addresses))
    rows.push({
      address: await keys.sealForTenant(place(tx.tenantId, importId), address),
      index: await keys.blindIndex('chat.external_id', `address:${address}`),
    });
  const { rowCount } = await tx.query(
    `insert into history_import_chats (tenant_id, import_id, position, address, address_index)
     select $1, $2, coalesce((select max(position) from history_import_chats where tenant_id = $1 and import_id = $2), 0) + given.n, given.address, given.index
     from unnest($3::text[], $4::text[]) with ordinality as given (address, index, n)
     on conflict (tenant_id, import_id, address_index) do nothing`,
    [tx.tenantId, importId, rows.map(({ address }) => address), rows.map(({ index }) => index)],
  );
  return rowCount ?? 0;
}

/** The first chat that is not done; undefined: all are. */
export async function nextImportChat(tx: Tx, keysOf: KeysOf, importId: string): Promise<ImportChat | undefined> {
  const { rows } = await tx.query<ImportChat>(
    `select ${columns} from history_import_chats where tenant_id = $1 and import_id = $2 and done_at is null order by position limit 1`,
    [tx.tenantId, importId],
  );
  const row = rows[0];
  if (!row) return undefined;
  return { ...row, address: String(await keysOf(tx).openForTenant(row.address, place(tx.tenantId, importId))) };
}

/** Holds the chat for its page; false: another run has done that page before. */
export async function holdImportChat(
  tx: Tx,
  importId: string,
  { position, nextOffset, isPlaced }: ImportChat,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from history_import_chats where tenant_id = $1 and import_id = $2 and position = $3 and done_at is null and next_offset = $4 and is_placed = $5 for update`,
    [tx.tenantId, importId, position, nextOffset, isPlaced],
  );
  return rowCount === 1;
}

/** Notes from which moment on it is imported. */
export async function placeImportChat(tx: Tx, importId: string, position: number, sinceAt: Date | null): Promise<void> {
  await tx.query(
    'update history_import_chats set is_placed = true, since_at = $4 where tenant_id = $1 and import_id = $2 and position = $3',
    [tx.tenantId, importId, position, sinceAt],
  );
}

/** Moves its cursor behind a page. */
export async function moveImportChat(
  tx: Tx,
  importId: string,
  { position }: ImportChat,
  to: { readonly nextOffset: number; readonly cursor: PageCursor; readonly imported: number },
): Promise<void> {
  await tx.query(
    `update history_import_chats set next_offset = $4, cursor = $5, imported = imported + $6 where tenant_id = $1 and import_id = $2 and position = $3`,
    [tx.tenantId, importId, position, to.nextOffset, JSON.stringify(to.cursor), to.imported],
  );
}

/** Nothing more comes of it. */
export async function endImportChat(tx: Tx, importId: string, position: number): Promise<void> {
  await tx.query(
    'update history_import_chats set done_at = now() where tenant_id = $1 and import_id = $2 and position = $3',
    [tx.tenantId, importId, position],
  );
}

/** Forgets them all: their addresses are of no more use. */
export async function forgetImportChats(tx: Tx, importId: string): Promise<void> {
  await tx.query('delete from history_import_chats where tenant_id = $1 and import_id = $2', [tx.tenantId, importId]);
}
