// What an import made, a row a thing, so that taking it back takes back just that; gone once nothing can be taken back any more.
import type { Tx } from './transaction.ts';

/** `session` until it is ended, then `ended`. `recorded`: a message that was counted in a session that the import did not make. `joined`: a participant put into a group chat, by the chat's id and theirs. */
export type ImportItemKind = 'contact' | 'chat' | 'joined' | 'session' | 'ended' | 'message' | 'recorded';

/** One thing. */
export type ImportItem = {
  readonly kind: ImportItemKind;
  readonly id: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** Notes what was made. */
export async function addImportItems(tx: Tx, importId: string, items: readonly ImportItem[]): Promise<void> {
  if (items.length === 0) return;
  await tx.query(
    `insert into history_import_items (tenant_id, import_id, kind, id, detail)
     select $1, $2, kind, id, detail from unnest($3::text[], $4::uuid[], $5::jsonb[]) as item (kind, id, detail) on conflict do nothing`,
    [
      tx.tenantId,
      importId,
      items.map(({ kind }) => kind),
      items.map(({ id }) => id),
      items.map(({ detail }) => JSON.stringify(detail ?? {})),
    ],
  );
}

/** The next things of a kind. */
export async function listImportItems(
  tx: Tx,
  importId: string,
  kind: ImportItemKind,
  limit: number,
): Promise<readonly Required<ImportItem>[]> {
  const { rows } = await tx.query<Required<ImportItem>>(
    'select kind, id, detail from history_import_items where tenant_id = $1 and import_id = $2 and kind = $3 order by id limit $4',
    [tx.tenantId, importId, kind, limit],
  );
  return rows;
}

/** Which of these the import made. */
export async function madeByImport(
  tx: Tx,
  importId: string,
  kind: ImportItemKind,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from history_import_items where tenant_id = $1 and import_id = $2 and kind = $3 and id = any($4::uuid[])',
    [tx.tenantId, importId, kind, ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** They are taken back, or settled. Without `items`: all that are left. */
export async function dropImportItems(tx: Tx, importId: string, items?: readonly ImportItem[]): Promise<void> {
  if (items === undefined) {
    await tx.query('delete from history_import_items where tenant_id = $1 and import_id = $2', [tx.tenantId, importId]);
    return;
  }
  await tx.query(
    `delete from history_import_items where tenant_id = $1 and import_id = $2 and (kind, id) in (select * from unnest($3::text[], $4::uuid[]))`,
    [tx.tenantId, importId, items.map(({ kind }) => kind), items.map(({ id }) => id)],
  );
}
