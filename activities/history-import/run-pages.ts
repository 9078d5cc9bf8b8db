// A set of pages in one activity: for a while, one page after the other, each its own commit with its cursor. The cursor is in the database, not in the heartbeat:
// so a page's rows, events and cursor are one, and whatever dies, the next set begins where the last commit ended.
import { Context } from '@temporalio/activity';
import { nextImportChat } from '../../db/history-import-chats.ts';
import { changeHistoryImport, findHistoryImport, type ImportTally } from '../../db/history-imports.ts';
import { inTenant, inTenantRetrying } from '../../db/transaction.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { sessionName } from '../channels/channel-session.ts';
import { type ImportDeps, loadImport, type Standing, standingOf } from './import-work.ts';
import { listNextChats } from './list-chats.ts';
import { createPace, type Pace } from './pace.ts';
import { placeChat } from './place-chat.ts';
import { type Reader, readPage } from './read-page.ts';
import { storePage } from './store-page.ts';

/** How far a set of pages came. `more`: another set is to follow. */
export type PageSet = { readonly standing: Exclude<Standing, 'go'> | 'more'; readonly tally: ImportTally };

/** How long a set goes on; short, so that pausing, aborting and a new release's worker are never far. */
const setMs = 10_000;

/** Lists chats until all are listed. */
export async function runListing(deps: ImportDeps, input: ImportHistoryInput): Promise<PageSet> {
  return runSet(deps, input, (pace) => listNextChats(deps, input, pace));
}

/** Imports pages of messages until all chats are done. */
export async function runPages(deps: ImportDeps, input: ImportHistoryInput): Promise<PageSet> {
  const { database, gateway } = deps;
  const phones: Reader['phones'] = new Map();
  let me: Reader['me'] | null = null;
  return runSet(deps, input, async (pace) => {
    const { row, channel, chat } = await inTenant(database.pool, input.tenantId, async (tx) => ({
      ...(await loadImport(database, tx, input)),
      chat: await nextImportChat(tx, database.keysOf, input.correlationId),
    }));
    const standing = standingOf(row, 'pages');
    if (standing !== 'go') return standing;
    if (!chat) return allDone(deps, input);
    if (me === null) me = (await gateway.getSession(sessionName(channel)))?.me;
    const reader: Reader = { database, gateway, pace, row, channel, me, phones };
    if (!chat.isPlaced) return placeChat(reader, input, chat);
    const beganMs = performance.now();
    const page = await readPage(reader, input.tenantId, chat);
    return storePage(database, input, chat, { ...page, beganMs });
  });
}

function allDone({ database }: ImportDeps, input: ImportHistoryInput): Promise<Standing> {
  return inTenantRetrying(database.pool, input.tenantId, async (tx) => {
    const { row } = await loadImport(database, tx, input, true);
    const standing = standingOf(row, 'pages');
    if (standing !== 'go') return standing;
    await changeHistoryImport(tx, row.id, { phase: 'sessions' });
    return 'done';
  });
}

async function runSet(
  { database }: ImportDeps,
  input: ImportHistoryInput,
  step: (pace: Pace) => Promise<Standing>,
): Promise<PageSet> {
  const { cancellationSignal } = Context.current();
  const untilMs = performance.now() + setMs;
  const pace = createPace(cancellationSignal);
  let standing: Standing = 'go';
  // What is under way is finished: its commit is worth having.
  while (standing === 'go' && performance.now() < untilMs && !cancellationSignal.aborted) {
    standing = await step(pace);
    Context.current().heartbeat({ standing });
  }
  const row = await inTenant(database.pool, input.tenantId, (tx) => findHistoryImport(tx, input.correlationId));
  return { standing: standing === 'go' ? 'more' : standing, tally: tallyOf(row) };
}

function tallyOf(row: ImportTally | undefined): ImportTally {
  return {
    chatsFound: row?.chatsFound ?? 0,
    chatsDone: row?.chatsDone ?? 0,
    messagesSeen: row?.messagesSeen ?? 0,
    messagesImported: row?.messagesImported ?? 0,
    duplicatesSkipped: row?.duplicatesSkipped ?? 0,
    chatsImported: row?.chatsImported ?? 0,
    contactsCreated: row?.contactsCreated ?? 0,
    sessionsCreated: row?.sessionsCreated ?? 0,
  };
}
