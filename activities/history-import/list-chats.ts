// The chats of an import: page by page into the table, each page one commit with where the next one begins.
import type { Database } from '../../db/deps.ts';
import { addImportChats } from '../../db/history-import-chats.ts';
import { changeHistoryImport, countImported } from '../../db/history-imports.ts';
import { inTenant, inTenantRetrying } from '../../db/transaction.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { sessionName } from '../channels/channel-session.ts';
import { type ImportDeps, loadImport, type Standing, standingOf } from './import-work.ts';
import type { Pace } from './pace.ts';

const pageSize = 100;

/** Lists the next page; anything but `go`: it is not to go on. */
export async function listNextChats(
  { database, gateway }: Pick<ImportDeps, 'database' | 'gateway'>,
  input: ImportHistoryInput,
  pace: Pace,
): Promise<Standing> {
  const { row, channel } = await inTenant(database.pool, input.tenantId, (tx) => loadImport(database, tx, input));
  const standing = standingOf(row, 'listing');
  if (standing !== 'go') return standing;
  const beganMs = performance.now();
  await pace(row.requestsPerMinute);
  const { addresses, isEmpty } = await gateway.listChats(sessionName(channel), {
    limit: pageSize,
    offset: row.listOffset,
  });
  return store(database, input, { offset: row.listOffset, addresses, isEmpty, beganMs });
}

function store(
  database: Database,
  input: ImportHistoryInput,
  page: {
    readonly offset: number;
    readonly addresses: readonly string[];
    readonly isEmpty: boolean;
    readonly beganMs: number;
  },
): Promise<Standing> {
  const { tenantId, correlationId } = input;
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const { row } = await loadImport(database, tx, input, true);
    const standing = standingOf(row, 'listing');
    // Another run has done this page before.
    if (standing !== 'go' || row.listOffset !== page.offset) return standing;
    const chatsFound = await addImportChats(tx, database.keysOf, correlationId, page.addresses);
    await countImported(tx, correlationId, { chatsFound }, performance.now() - page.beganMs);
    if (page.isEmpty) await changeHistoryImport(tx, correlationId, { phase: 'pages' });
    else await changeHistoryImport(tx, correlationId, { listOffset: page.offset + pageSize });
    return page.isEmpty ? 'done' : 'go';
  });
}
