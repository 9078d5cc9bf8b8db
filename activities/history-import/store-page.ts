// One page as one commit: people, chats, sessions, messages, their events, what was made, what was counted, and where the next page begins. A page that was
// stored before, or comes too late, stores nothing.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import type { Cause } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import {
  endImportChat,
  holdImportChat,
  type ImportChat,
  moveImportChat,
  type PageCursor,
} from '../../db/history-import-chats.ts';
import { addImportItems } from '../../db/history-import-items.ts';
import { changeHistoryImport, countImported, type HistoryImportRow } from '../../db/history-imports.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { pastArrival } from '../../domain/message/past-arrival.ts';
import { knownMessages, lockMessageKey } from '../../intake/find-message.ts';
import { messageKey } from '../../intake/message-key.ts';
import { releaseWaiting } from '../../intake/raw-events.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { content } from '../inbound/message.ts';
import { requireSaga, stepCause } from '../saga-steps.ts';
import { loadImport, type Standing, standingOf } from './import-work.ts';
import { placeChats } from './place-chats.ts';
import { holdPeople, placePeople } from './place-people.ts';
import { type Placed, placeSessions } from './place-sessions.ts';
import type { Page } from './read-page.ts';

/** Where all of a page belongs. */
export type PagePlace = {
  readonly importId: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly channelType: Channel['type'];
  readonly sessionGapMinutes: number;
};

type PageWork = {
  readonly database: Database;
  readonly tx: Tx;
  readonly row: HistoryImportRow;
  readonly chat: ImportChat;
  readonly place: PagePlace;
};

/** Stores the page; says whether there may be another one. `beganMs`: when its reading began. */
export function storePage(
  database: Database,
  input: ImportHistoryInput,
  chat: ImportChat,
  page: Page & { readonly beganMs: number },
): Promise<Standing> {
  const { tenantId, correlationId: importId } = input;
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const { row, channel } = await loadImport(database, tx, input, true);
    const standing = standingOf(row, 'pages');
    if (standing !== 'go') return standing;
    if (!(await holdImportChat(tx, importId, chat))) return 'go';
    const { projectId, channelId, sessionGapMinutes } = row;
    const place = { importId, projectId, channelId, channelType: channel.type, sessionGapMinutes };
    const work = { database, tx, row, chat, place };
    const tally = page.isEmpty ? await endChat(work) : await store(work, page);
    await countImported(tx, importId, tally, performance.now() - page.beganMs);
    if (row.messageLimit === null || row.messagesImported + (tally.messagesImported ?? 0) < row.messageLimit)
      return 'go';
    await changeHistoryImport(tx, importId, { phase: 'sessions' });
    return 'done';
  });
}

/** No message comes after an empty page. */
async function endChat({ tx, row, chat }: PageWork) {
  await endImportChat(tx, row.id, chat.position);
  return { chatsDone: 1, messagesImported: 0 };
}

async function store(work: PageWork, { messages, seen, size }: Page) {
  const { database, tx, row, chat, place } = work;
  const cause = stepCause(requireSaga());
  await holdPeople(
    database,
    tx,
    row.projectId,
    messages.flatMap(({ sender }) => (sender ? [sender] : [])),
  );
  await lockMessageKey(tx, row.channelId, ...messages.map(({ innerId }) => innerId));
  const known = await knownMessages(
    tx,
    row.channelId,
    messages.map(({ innerId }) => innerId),
  );
  const left = row.messageLimit === null ? messages.length : row.messageLimit - row.messagesImported;
  const fresh = messages.filter(({ innerId, sender }) => !known.has(innerId) && sender !== undefined).slice(0, left);
  const people = await placePeople(database, tx, place, fresh, cause);
  const chats = await placeChats(database, tx, place, people.messages, cause);
  const sessions = await placeSessions(database, tx, place, chats.messages);
  // Their rows first: the messages refer to them.
  await executeMany(database, tx, aggregates.session, sessions.commands, cause);
  const cursor = await storeMessages(work, fresh, sessions.messages, cause);
  const made = people.made.map((id) => ({ kind: 'contact' as const, id }));
  await addImportItems(tx, row.id, [...made, ...chats.items, ...sessions.items]);
  const imported = sessions.messages.length;
  await moveImportChat(tx, row.id, chat, { nextOffset: chat.nextOffset + size, cursor, imported });
  return {
    messagesSeen: seen,
    messagesImported: imported,
    duplicatesSkipped: known.size,
    chatsImported: chat.imported === 0 && imported > 0 ? 1 : 0,
    contactsCreated: people.made.length,
    sessionsCreated: sessions.made,
  };
}

async function storeMessages(
  { database, tx, row, chat, place }: PageWork,
  inOrder: readonly MessageEvent[],
  placed: readonly Placed[],
  cause: Cause,
): Promise<PageCursor> {
  const byInnerId = new Map(placed.map((one) => [one.message.innerId, one]));
  const before = await liveBefore(tx, placed);
  let cursor = chat.cursor;
  const commands = inOrder.flatMap(({ innerId }) => {
    const one = byInnerId.get(innerId);
    if (!one) return [];
    const { message, messageId, contactId, chatId, sessionId } = one;
    const past = pastArrival(cursor, Date.parse(message.sentAt), before.get(messageId) ?? null);
    cursor = past.cursor;
    const data = {
      ...content(message),
      ...{ messageId, projectId: place.projectId, tenantId: tx.tenantId, channelId: row.channelId, chatId, contactId },
      ...(sessionId !== null && { sessionId }),
      ...{ channelMessageId: innerId, fromMe: message.fromMe, source: 'history_import', arrival: past.arrival },
      ...{ sentAt: message.sentAt, aiProcessing: false },
      ...(message.status && message.status !== 'queued' && { status: message.status }),
    };
    return [{ id: messageId, command: { type: 'message.receive' as const, data } }];
  });
  await executeMany(database, tx, aggregates.message, commands, cause);
  const keys = commands.map(({ command }) => messageKey(row.channelId, command.data.channelMessageId));
  // What was told of them before they were known is applied now.
  if ((await releaseWaiting(tx, keys)) > 0) tx.onCommit(() => database.rawEventsBell.ring());
  return cursor;
}

/** By message: the order number of the last live one of its chat that is not younger. */
async function liveBefore(tx: Tx, placed: readonly Placed[]): Promise<ReadonlyMap<string, number | null>> {
  const { rows } = await tx.query<{ id: string; arrival: number | null }>(
    `select given.id, (select max(arrival) from messages where tenant_id = $1 and chat_id = given.chat_id and arrival >= 0 and sent_at <= given.at) as arrival
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as given (id, chat_id, at)`,
    [
      tx.tenantId,
      placed.map(({ messageId }) => messageId),
      placed.map(({ chatId }) => chatId),
      placed.map(({ message }) => message.sentAt),
    ],
  );
  return new Map(rows.map(({ id, arrival }) => [id, arrival === null ? null : Number(arrival)]));
}
