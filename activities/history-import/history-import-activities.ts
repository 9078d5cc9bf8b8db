// The activities of the saga ImportHistory: opened and ended in one commit each with the channel's events; between that, sets of pages.
import { Context } from '@temporalio/activity';
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { forgetImportChats } from '../../db/history-import-chats.ts';
import { dropImportItems } from '../../db/history-import-items.ts';
import { changeHistoryImport, findHistoryImport, openHistoryImport } from '../../db/history-imports.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { noImport } from '../../domain/channel/history-import.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { atGateway } from '../channels/at-gateway.ts';
import { writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep, stepCause } from '../saga-steps.ts';
import { endNextSessions } from './end-sessions.ts';
import type { ImportDeps } from './import-work.ts';
import { runListing, runPages } from './run-pages.ts';
import { takeBackNext } from './take-back.ts';

/** The activities' types, for the workflows. */
export type HistoryImportActivities = ReturnType<typeof createHistoryImportActivities>;

const dayMs = 24 * 60 * 60 * 1_000;

/** Makes them. */
export function createHistoryImportActivities(deps: ImportDeps) {
  const { database, onSaga } = deps;
  return {
    /** Begins the import that was asked for at this moment. Throws rule_violated when it is not wanted any more. */
    async openImport(input: ImportHistoryInput): Promise<void> {
      const { channelId, correlationId } = input;
      await runStep(database, async ({ tx, saga, cause }) => {
        const loaded = await load(database, tx, aggregates.channel, channelId, true);
        const { state } = loaded;
        if (!isOf(state, input)) throw violated('import_withdrawn', 'The import is not wanted any more.');
        await openHistoryImport(tx, {
          id: correlationId,
          workflowId: saga.workflowId,
          ...askedOf(state, input, database.clock.now()),
        });
        const command = { type: 'channel.start_history_import', data: {} } as const;
        await execute(database, tx, aggregates.channel, channelId, command, cause, { loaded });
        await tx.query(
          'update sagas set subject_ids = subject_ids || $3::jsonb where tenant_id = $1 and correlation_id = $2',
          [tx.tenantId, correlationId, JSON.stringify({ channelId })],
        );
        return {};
      });
    },
    listHistoryChats: (input: ImportHistoryInput) => atGateway(() => runListing(deps, input)),
    importHistoryPages: (input: ImportHistoryInput) => atGateway(() => runPages(deps, input)),
    /** Takes back all that the import made; beside the channel's own events nothing is left of it. */
    async undoHistoryImport(input: ImportHistoryInput): Promise<void> {
      while (await takeBackNext(database, input)) Context.current().heartbeat();
    },
    /** Ends the sessions that the import made. From here on nothing is taken back. */
    async endImportedSessions(input: ImportHistoryInput): Promise<void> {
      while (await endNextSessions(database, input)) Context.current().heartbeat();
    },
    /** The import and its saga are complete. */
    async completeImport({ channelId, correlationId }: ImportHistoryInput): Promise<void> {
      await runStep(database, async ({ tx, saga, cause }) => {
        const row = await findHistoryImport(tx, correlationId, true);
        const {
          messagesImported = 0,
          duplicatesSkipped = 0,
          chatsImported = 0,
          contactsCreated = 0,
          sessionsCreated = 0,
        } = row ?? {};
        const data = { messagesImported, duplicatesSkipped, chatsImported, contactsCreated, sessionsCreated };
        const command = { type: 'channel.complete_history_import', data } as const;
        const loaded = await load(database, tx, aggregates.channel, channelId, true);
        if (loaded.state.deletedAt === null)
          await execute(database, tx, aggregates.channel, channelId, command, cause, { loaded });
        await endImport(database, tx, correlationId, { phase: 'completed' });
        await writeSaga(tx, saga, { state: 'completed', subjectIds: { channelId } });
        return {};
      });
      onSaga(requireSaga(), 'completed', null);
    },
    /** Notes why nothing was imported, and how the saga ended. */
    async settleImport(input: ImportHistoryInput, { state, reason }: SagaOutcome): Promise<void> {
      const saga = requireSaga();
      const { tenantId, channelId, correlationId } = input;
      const isNews = await inTenantRetrying(database.pool, tenantId, async (tx) => {
        if (!(await writeSaga(tx, saga, { state, reason, subjectIds: { channelId } }))) return false;
        const loaded = await load(database, tx, aggregates.channel, channelId, true);
        if (isOf(loaded.state, input) && loaded.state.deletedAt === null) {
          const command = { type: 'channel.fail_history_import', data: { reason: cutText(reason, 1000) } } as const;
          await execute(database, tx, aggregates.channel, channelId, command, stepCause(saga), { loaded });
        }
        await endImport(database, tx, correlationId, { phase: 'failed', reason: cutText(reason, 1000) });
        return true;
      });
      if (isNews) onSaga(saga, state, reason);
    },
  };
}

async function endImport(
  { clock }: Database,
  tx: Tx,
  importId: string,
  change: { readonly phase: 'completed' | 'failed'; readonly reason?: string },
): Promise<void> {
  await changeHistoryImport(tx, importId, { ...change, endedAt: clock.now() });
  await forgetImportChats(tx, importId);
  await dropImportItems(tx, importId);
}

/** Whether the channel's latest import is the one that was asked for at this moment, and has not ended. */
function isOf({ historyImport }: Channel, { requestedAt }: ImportHistoryInput): boolean {
  const { requestedAt: latest, endedAt } = historyImport;
  return latest !== null && endedAt === null && Date.parse(latest) === Date.parse(requestedAt);
}

/** What was asked for, with the moments between which messages are imported: what comes after the request comes live. */
function askedOf(
  { id: channelId, projectId, historyImport }: Channel,
  { requestedAt }: ImportHistoryInput,
  startedAt: Date,
) {
  const asked = { ...noImport, ...historyImport };
  const {
    strategy,
    timeRangeDays,
    limit: messageLimit,
    sessionGapMinutes,
    requestsPerMinute,
    automations,
    webhooks,
  } = asked;
  const uptoAt = new Date(requestedAt);
  const sinceAt = timeRangeDays === null ? null : new Date(uptoAt.getTime() - timeRangeDays * dayMs);
  const settings = { messageLimit, sessionGapMinutes, requestsPerMinute, automations, webhooks };
  return { projectId, channelId, strategy: strategy ?? ('all' as const), sinceAt, uptoAt, startedAt, ...settings };
}
