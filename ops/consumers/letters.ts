// The commands for dead letters: of one consumer, or of all.
import {
  discardLetter,
  explainDeadLetter,
  type LetterFilter,
  listDeadLetters,
  redriveLetters,
} from '../../db/dead-letters.ts';
import type { Tx } from '../../db/transaction.ts';

/** Prints letters, oldest first. */
export async function printLetters(
  tx: Tx,
  filter: LetterFilter,
  options: { limit: number; json: boolean },
): Promise<void> {
  const letters = await listDeadLetters(tx, filter, { limit: options.limit });
  if (options.json) return console.log(JSON.stringify(letters, null, 2));
  if (letters.length === 0) console.log('No dead letters.');
  for (const { consumer, eventId, type, tenantId, attempts, reason, deadAt, inLog } of letters)
    console.log(
      `${deadAt}  ${consumer}  ${eventId}  ${type}  tenant ${tenantId}  ${attempts} attempts: ${reason}${inLog ? '' : ' (not in the log any more)'}`,
    );
}

/** Prints one. */
export async function printLetter(tx: Tx, consumer: string, eventId: string): Promise<void> {
  console.log(JSON.stringify(await explainDeadLetter(tx, consumer, eventId), null, 2));
}

/** Redrives, or only counts. */
export async function redrive(tx: Tx, filter: LetterFilter, dryRun: boolean): Promise<void> {
  const { count, gone } = await redriveLetters(tx, filter, { dryRun });
  console.log(
    dryRun
      ? `${count} dead letters would be redriven; add --yes to do it.`
      : `${count} dead letters get their attempts again.`,
  );
  if (gone > 0) console.log(`${gone} more are not in the log any more: they can only be discarded.`);
}

/** Discards one. */
export async function discard(tx: Tx, consumer: string, eventId: string, note: string): Promise<void> {
  await discardLetter(tx, consumer, eventId, note);
  console.log(`${eventId} is discarded for ${consumer}; what waited for it goes on.`);
}
