// What all activities of an import share: whose session it reads, and whether it may go on.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { findHistoryImport, type HistoryImportRow } from '../../db/history-imports.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import type { SagaListener } from '../saga-activities.ts';

/** What they need. */
export type ImportDeps = { readonly database: Database; readonly gateway: WahaClient; readonly onSaga: SagaListener };

/** Why an import stands still or is over; `go`: it is not. */
export type Standing = 'go' | 'paused' | 'cancelled' | 'done';

/** The import and its channel. Throws rule_violated when the channel can't be read any more. */
export async function loadImport(
  database: Database,
  tx: Tx,
  { channelId, correlationId }: ImportHistoryInput,
  lock = false,
): Promise<{ readonly row: HistoryImportRow; readonly channel: Channel }> {
  const row = await findHistoryImport(tx, correlationId, lock);
  if (!row) throw new DomainError('not_found', 'There is no such import.');
  const { state: channel } = await load(database, tx, aggregates.channel, channelId);
  if (channel.deletedAt !== null) throw violated('channel_deleted', 'The channel was deleted meanwhile.');
  if (channel.status === 'inactive') throw violated('channel_inactive', 'The channel was switched off meanwhile.');
  return { row, channel };
}

/** Whether an import in this phase may go on. */
export function standingOf(
  { phase, pausedAt, cancelledAt }: HistoryImportRow,
  wanted: HistoryImportRow['phase'],
): Standing {
  if (cancelledAt !== null) return 'cancelled';
  if (phase !== wanted) return 'done';
  return pausedAt === null ? 'go' : 'paused';
}
