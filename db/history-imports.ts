// The row of an import of a channel's history: opened once, held by each page's commit, steered by people. What is counted there is what the pages committed.
import type { Tx } from './transaction.ts';

/** Where an import is. `listing` its chats, `pages` of messages, `sessions` are being ended, `undoing` what it made, or it has ended. */
export type ImportPhase = 'listing' | 'pages' | 'sessions' | 'undoing' | 'completed' | 'failed';

/** What was counted so far. `messagesSeen` is what was imported, was known, or was none. */
export type ImportTally = {
  readonly chatsFound: number;
  readonly chatsDone: number;
  readonly messagesSeen: number;
  readonly messagesImported: number;
  readonly duplicatesSkipped: number;
  readonly chatsImported: number;
  readonly contactsCreated: number;
  readonly sessionsCreated: number;
};

/** One import. `activeMs`: how long it has worked, without pauses. */
export type HistoryImportRow = ImportTally & {
  readonly id: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly workflowId: string;
  readonly strategy: 'all' | 'recent' | 'time_range' | 'new_only';
  readonly sinceAt: Date | null;
  readonly uptoAt: Date;
  readonly messageLimit: number | null;
  readonly sessionGapMinutes: number;
  readonly requestsPerMinute: number;
  readonly automations: boolean;
  readonly webhooks: boolean;
  readonly phase: ImportPhase;
  readonly listOffset: number;
  readonly pausedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly reason: string | null;
  readonly activeMs: number;
};

const columns = `id, project_id as "projectId", channel_id as "channelId", workflow_id as "workflowId", strategy, since_at as "sinceAt", upto_at as "uptoAt",
  message_limit as "messageLimit", session_gap_minutes as "sessionGapMinutes", requests_per_minute as "requestsPerMinute", automations, webhooks, phase,
  list_offset as "listOffset", paused_at as "pausedAt", cancelled_at as "cancelledAt", chats_found as "chatsFound", chats_done as "chatsDone",
  messages_seen as "messagesSeen", messages_imported as "messagesImported", duplicates_skipped as "duplicatesSkipped", chats_imported as "chatsImported",
  contacts_created as "contactsCreated", sessions_created as "sessionsCreated", started_at as "startedAt", ended_at as "endedAt", reason, active_ms as "activeMs"`;

/** What an import begins with. */
export type NewImport = Pick<
  HistoryImportRow,
  | 'id'
  | 'projectId'
  | 'channelId'
  | 'workflowId'
  | 'strategy'
  | 'sinceAt'
  | 'uptoAt'
  | 'messageLimit'
  | 'sessionGapMinutes'
  | 'requestsPerMinute'
  | 'automations'
  | 'webhooks'
  | 'startedAt'
>;

/** Makes the row. */
export async function openHistoryImport(tx: Tx, made: NewImport): Promise<void> {
  await tx.query(
    `insert into history_imports (id, tenant_id, project_id, channel_id, workflow_id, strategy, since_at, upto_at, message_limit, session_gap_minutes,
       requests_per_minute, automations, webhooks, phase, started_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'listing', $14, $14)`,
    [
      ...[
        made.id,
        tx.tenantId,
        made.projectId,
        made.channelId,
        made.workflowId,
        made.strategy,
        made.sinceAt,
        made.uptoAt,
      ],
      ...[
        made.messageLimit,
        made.sessionGapMinutes,
        made.requestsPerMinute,
        made.automations,
        made.webhooks,
        made.startedAt,
      ],
    ],
  );
}

/** The import; held until the end of the transaction with `lock`, so that whoever steers it waits for the page that is under way. */
export async function findHistoryImport(tx: Tx, id: string, lock = false): Promise<HistoryImportRow | undefined> {
  const { rows } = await tx.query<HistoryImportRow>(
    `select ${columns} from history_imports where tenant_id = $1 and id = $2${lock ? ' for no key update' : ''}`,
    [tx.tenantId, id],
  );
  return rows[0] && withNumbers(rows[0]);
}

/** The channel's latest import. */
export async function latestHistoryImport(
  tx: Tx,
  channelId: string,
  lock = false,
): Promise<HistoryImportRow | undefined> {
  const { rows } = await tx.query<HistoryImportRow>(
    `select ${columns} from history_imports where tenant_id = $1 and channel_id = $2 order by started_at desc, id desc limit 1${lock ? ' for no key update' : ''}`,
    [tx.tenantId, channelId],
  );
  return rows[0] && withNumbers(rows[0]);
}

const withNumbers = (row: HistoryImportRow): HistoryImportRow => ({ ...row, activeMs: Number(row.activeMs) });

/** What of an import can be set. */
export type ImportChange = {
  readonly phase?: ImportPhase;
  readonly listOffset?: number;
  readonly pausedAt?: Date | null;
  readonly cancelledAt?: Date;
  readonly endedAt?: Date;
  readonly reason?: string;
};

const columnOf: Readonly<Record<keyof ImportChange, string>> = {
  phase: 'phase',
  listOffset: 'list_offset',
  pausedAt: 'paused_at',
  cancelledAt: 'cancelled_at',
  endedAt: 'ended_at',
  reason: 'reason',
};

/** Changes it. */
export async function changeHistoryImport(tx: Tx, id: string, change: ImportChange): Promise<void> {
  const entries = Object.entries(change) as [keyof ImportChange, unknown][];
  const set = entries.map(([name], index) => `${columnOf[name]} = $${index + 3}`);
  await tx.query(
    `update history_imports set ${[...set, 'updated_at = now()'].join(', ')} where tenant_id = $1 and id = $2`,
    [tx.tenantId, id, ...entries.map(([, value]) => value)],
  );
}

/** Adds to what was counted, and to how long it has worked. */
export async function countImported(tx: Tx, id: string, more: Partial<ImportTally>, activeMs: number): Promise<void> {
  await tx.query(
    `update history_imports set chats_found = chats_found + $3, chats_done = chats_done + $4, messages_seen = messages_seen + $5,
       messages_imported = messages_imported + $6, duplicates_skipped = duplicates_skipped + $7, chats_imported = chats_imported + $8,
       contacts_created = contacts_created + $9, sessions_created = sessions_created + $10, active_ms = active_ms + $11, updated_at = now()
     where tenant_id = $1 and id = $2`,
    [
      ...[
        tx.tenantId,
        id,
        more.chatsFound ?? 0,
        more.chatsDone ?? 0,
        more.messagesSeen ?? 0,
        more.messagesImported ?? 0,
      ],
      ...[more.duplicatesSkipped ?? 0, more.chatsImported ?? 0, more.contactsCreated ?? 0, more.sessionsCreated ?? 0],
      Math.max(0, Math.round(activeMs)),
    ],
  );
}
