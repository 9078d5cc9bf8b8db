// The import of a channel's history: how far it is, over HTTP and as a stream; pause, resume, cancel.
import { z } from '@hono/zod-openapi';
import { isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { changeHistoryImport, type HistoryImportRow, latestHistoryImport } from '../../db/history-imports.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { channels } from '../../db/schema/channels.ts';
import type { Tx } from '../../db/transaction.ts';
import { noImport } from '../../domain/channel/history-import.ts';
import { importProgress } from '../../domain/channel/import-progress.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { historyImportSaga } from '../../intake/channel-sagas.ts';
import { importChangedSignal, importPartId } from '../../workflows/names.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute, streamRoute, writeRoute } from '../define-route.ts';
import { idParams } from '../schemas/common.ts';
import { historyImportSchema } from '../schemas/history-import.ts';
import { streamChanges } from '../stream-changes.ts';

const tag = 'channels';
const path = '/v1/channels/{id}/history-import';
const signalMs = 2_000;

/** What was asked for last, with the row that it has once it has begun. */
async function latestOf(tx: Tx, { database }: ApiDeps, channelId: string, lock = false) {
  const channel = await readOne(tx, database.keysOf, aggregates.channel.store, channelId, isNull(channels.deletedAt));
  const asked = { ...noImport, ...found(channel, 'channel').historyImport };
  const sagaId = asked.requestedAt && historyImportSaga(channelId, asked.requestedAt).correlationId;
  const row = sagaId ? await latestHistoryImport(tx, channelId, lock) : undefined;
  const isOpen = asked.requestedAt !== null && asked.endedAt === null;
  return { ...asked, sagaId, isOpen, row: row?.id === sagaId ? row : undefined };
}

async function importOf(tx: Tx, deps: ApiDeps, channelId: string) {
  const { row, ...asked } = await latestOf(tx, deps, channelId);
  const isListed = row !== undefined && row.phase !== 'listing';
  const before = asked.requestedAt === null ? 'idle' : asked.isOpen ? 'requested' : 'failed';
  return {
    ...{ ...asked, channelId, phase: row?.phase ?? before },
    isPaused: row !== undefined && row.endedAt === null && row.pausedAt !== null,
    startedAt: row?.startedAt.toISOString() ?? null,
    endedAt: row?.endedAt?.toISOString() ?? asked.endedAt,
    lastError: row?.reason ?? asked.lastError,
    chats: { done: row?.chatsDone ?? 0, total: isListed ? row.chatsFound : null, imported: row?.chatsImported ?? 0 },
    messages: {
      ...{ done: row?.messagesSeen ?? 0, total: asked.limit, imported: row?.messagesImported ?? 0 },
      duplicatesSkipped: row?.duplicatesSkipped ?? 0,
    },
    ...{ contactsCreated: row?.contactsCreated ?? 0, sessionsCreated: row?.sessionsCreated ?? 0 },
    ...(row
      ? importProgress(
          { ...row, isListed, isRunning: isRunning(row) && row.pausedAt === null },
          deps.database.clock.now().getTime(),
        )
      : { messagesPerSecond: null, estimatedEndAt: null }),
  };
}

const isRunning = ({ phase, cancelledAt }: HistoryImportRow): boolean =>
  cancelledAt === null && (phase === 'listing' || phase === 'pages');

type Steering = (latest: HistoryImportRow, tx: Tx, now: Date) => Promise<void>;

/** Changes a running import's row; its workflow is told after the commit, and looks by itself should that be lost. */
function steering(verb: 'pause' | 'resume' | 'cancel', summary: string, description: string, steer: Steering): Route {
  return writeRoute({
    ...{
      method: 'post',
      path: `${path}/${verb}`,
      scope: 'admin',
      operationId: `${verb}HistoryImport`,
      tag,
      summary,
      description,
    },
    params: idParams,
    answer: { description: 'The import.', schema: historyImportSchema },
    handle: async ({ params }, context) => {
      const { tx, deps } = context;
      const latest = await latestOf(tx, deps, params.id, true);
      if (latest.row && isRunning(latest.row)) await steer(latest.row, tx, deps.database.clock.now());
      else if (verb === 'cancel' && !latest.row && latest.isOpen) await withdraw(context, params.id);
      else if (!latest.isOpen) throw violated('no_import_running', 'No import of the channel is running.');
      else if (!latest.row) throw violated('import_not_begun', 'The import has not begun yet: try again in a moment.');
      else if (verb !== 'cancel' || latest.row.phase === 'sessions')
        throw violated('import_ending', 'The import is about to end: it can not be steered any more.');
      tx.onCommit(() => void tell(deps, latest.sagaId ?? ''));
      return { body: await importOf(tx, deps, params.id) };
    },
  });
}

/** Nothing was begun: its saga finds that it is not wanted. */
async function withdraw({ run }: WriteContext, channelId: string): Promise<void> {
  await run(aggregates.channel, channelId, { type: 'channel.fail_history_import', data: { reason: 'cancelled' } });
}

async function tell({ temporal, log }: ApiDeps, correlationId: string): Promise<void> {
  for (const part of ['messages', 'chats'] as const)
    await temporal
      .within(signalMs, () =>
        temporal.client.workflow.getHandle(importPartId({ correlationId }, part)).signal(importChangedSignal),
      )
      // That part is over, or has not begun.
      .catch((error: unknown) => log.debug({ err: error }, 'an import was not told'));
}

export const historyImportRoutes: readonly Route[] = [
  readRoute({
    ...{ method: 'get', path, scope: 'read', operationId: 'readHistoryImport', tag },
    summary: 'Tells how far the latest import of the channel is, how fast, and when it will be through',
    params: idParams,
    answer: { description: 'The import.', schema: historyImportSchema },
    handle: async ({ params }, { read, deps }) => ({ body: await read((tx) => importOf(tx, deps, params.id)) }),
  }),
  streamRoute({
    ...{ method: 'get', path: `${path}/stream`, scope: 'read', operationId: 'streamHistoryImport', tag },
    summary: 'Streams the import as it goes on',
    description:
      'Server-sent events: `import` at once and after each change, with the same data as the import itself. A comment comes every 15 s.',
    params: idParams,
    answer: { description: 'The stream.', schema: z.string() },
    handle: ({ params }, { read, deps }, c) =>
      streamChanges(c, 'import', async () =>
        historyImportSchema.parse(await read((tx) => importOf(tx, deps, params.id))),
      ),
  }),
  steering(
    'pause',
    'Pauses the import; the page that is under way is finished',
    'What was imported so far stays.',
    (row, tx, now) => changeHistoryImport(tx, row.id, { pausedAt: row.pausedAt ?? now }),
  ),
  steering('resume', 'Goes on with a paused import where it stood', 'One that is not paused just goes on.', (row, tx) =>
    changeHistoryImport(tx, row.id, { pausedAt: null }),
  ),
  steering(
    'cancel',
    'Gives the import up and takes back what it made',
    'Contacts, chats and sessions that somebody else uses by now stay, as does all that was there before.',
    (row, tx, now) => changeHistoryImport(tx, row.id, { cancelledAt: row.cancelledAt ?? now }),
  ),
];
