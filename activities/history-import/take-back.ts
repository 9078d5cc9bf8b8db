// The undo of an import: takes back what it made and nothing else, a batch a commit, in the order in which one builds on the other. What somebody else uses by
// now stays.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { type Cause, execute, load } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import {
  dropImportItems,
  type ImportItem,
  type ImportItemKind,
  listImportItems,
} from '../../db/history-import-items.ts';
import { changeHistoryImport, findHistoryImport } from '../../db/history-imports.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { recordedTimes } from '../inbound/recorded-times.ts';
import { requireSaga, stepCause } from '../saga-steps.ts';
import type { Touch } from './end-sessions.ts';
import { used } from './used.ts';

const batchSize = 200;

type Items = readonly Required<ImportItem>[];
type Work = { readonly database: Database; readonly tx: Tx; readonly cause: Cause; readonly items: Items };

const undos: Readonly<Record<ImportItemKind, (work: Work) => Promise<unknown>>> = {
  ended: empty,
  recorded: uncount,
  message: ({ database, tx, items, cause }) =>
    executeMany(
      database,
      tx,
      aggregates.message,
      items.map(({ id }) => ({ id, command: discard })),
      cause,
    ),
  session: ({ database, tx, items, cause }) =>
    executeMany(
      database,
      tx,
      aggregates.session,
      items.map(({ id }) => ({ id, command: discardSession })),
      cause,
    ),
  joined: leave,
  chat: close,
  contact: remove,
};
const order = ['ended', 'recorded', 'message', 'session', 'joined', 'chat', 'contact'] as const;
const discard = { type: 'message.discard', data: { reason: 'saga_compensated' } } as const;
const discardSession = { type: 'session.discard_import', data: {} } as const;

/** Takes back the next batch; false: nothing is left. No page is stored any more from the first one on. */
export function takeBackNext(
  database: Database,
  { tenantId, correlationId: importId }: ImportHistoryInput,
): Promise<boolean> {
  const cause = stepCause(requireSaga());
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const row = await findHistoryImport(tx, importId, true);
    if (!row) return false;
    if (row.phase !== 'undoing') await changeHistoryImport(tx, importId, { phase: 'undoing' });
    for (const kind of order) {
      const items = await listImportItems(tx, importId, kind, batchSize);
      if (items.length === 0) continue;
      await undos[kind]({ database, tx, cause, items });
      await dropImportItems(tx, importId, items);
      return true;
    }
    return false;
  });
}

/** A session that was there before, or is held right now, counts without them as if they had never been. */
async function uncount({ database, tx, items, cause }: Work): Promise<void> {
  for (const { id: messageId, detail } of items) {
    const sessionId = String(detail['sessionId']);
    const loaded = await load(database, tx, aggregates.session, sessionId, true);
    const { first, last } = await recordedTimes(tx, 'session', sessionId, messageId);
    const { fromContact, recordedAt } = detail;
    const data = { messageId, fromContact, recordedAt, previousMessageAt: last, previousFirstMessageAt: first };
    const command = { type: 'session.undo_message', data } as const;
    await execute(database, tx, aggregates.session, sessionId, command, cause, { loaded });
  }
}

/** A session that was ended already stays, without its messages; its contact was not in touch then. */
async function empty({ database, tx, items, cause }: Work): Promise<void> {
  for (const { id: sessionId, detail } of items) {
    const messages = await messagesOf(tx, sessionId);
    const commands = messages.map(({ id: messageId, fromMe, at }, index) => {
      const left = messages.slice(index + 1);
      const times = { previousFirstMessageAt: left[0]?.at ?? null, previousMessageAt: left.at(-1)?.at ?? null };
      const data = { messageId, fromContact: !fromMe, recordedAt: at, ...times };
      return { id: sessionId, command: { type: 'session.undo_message' as const, data } };
    });
    await executeMany(database, tx, aggregates.session, commands, cause);
    const touch = detail['touch'] as Touch | null;
    if (touch !== null) await untouch(database, tx, touch, cause);
  }
}

async function untouch(database: Database, tx: Tx, { id, command: { data } }: Touch, cause: Cause): Promise<void> {
  const loaded = await load(database, tx, aggregates.contact, id, true);
  const previousInteractionAt = (await recordedTimes(tx, 'contact', id, data.messageId)).last;
  const command = { type: 'contact.undo_interaction', data: { ...data, previousInteractionAt } } as const;
  await execute(database, tx, aggregates.contact, id, command, cause, { loaded });
}

async function messagesOf(tx: Tx, sessionId: string): Promise<{ id: string; fromMe: boolean; at: string }[]> {
  const { rows } = await tx.query<{ id: string; fromMe: boolean; at: Date }>(
    `select id, from_me as "fromMe", sent_at as at from messages where tenant_id = $1 and session_id = $2 and discarded_at is null order by sent_at, id`,
    [tx.tenantId, sessionId],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

async function leave({ database, tx, items, cause }: Work): Promise<void> {
  for (const { detail } of items) {
    const chatId = String(detail['chatId']);
    const participantId = String(detail['contactId']);
    const chat = await load(database, tx, aggregates.chat, chatId, true);
    if (chat.state.status === 'closed' || (await used.participant(tx, chatId, participantId))) continue;
    const command = { type: 'chat.remove_participant', data: { participantId } } as const;
    await execute(database, tx, aggregates.chat, chatId, command, cause, { loaded: chat });
  }
}

async function close({ database, tx, items, cause }: Work): Promise<void> {
  const ids = await used.chats(
    tx,
    cause,
    items.map(({ id }) => id),
  );
  const free = items.filter(({ id }) => !ids.has(id));
  const command = { type: 'chat.close', data: {} } as const;
  await executeMany(
    database,
    tx,
    aggregates.chat,
    free.map(({ id }) => ({ id, command })),
    cause,
  );
}

async function remove({ database, tx, items, cause }: Work): Promise<void> {
  const ids = await used.contacts(
    tx,
    cause,
    items.map(({ id }) => id),
  );
  const free = items.filter(({ id }) => !ids.has(id));
  const command = { type: 'contact.delete', data: {} } as const;
  await executeMany(
    database,
    tx,
    aggregates.contact,
    free.map(({ id }) => ({ id, command })),
    cause,
  );
}
