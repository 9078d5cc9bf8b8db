// Copies a partition of the outbox to a file before it is dropped: one JSON object a line, gzip. Personal fields stay sealed, as they are in the row.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { OutboxPartition } from './outbox-partitions.ts';
import type { Tx } from './transaction.ts';

// Any number that all who archive share.
const lockKey = 7_252_004;
const rowsARead = 1_000;
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Writes `<folder>/<partition>.jsonl.gz`, and answers true when it is there, whole and on the disk; false while another process writes it, or when it is gone. A file of that
 * name is whole: it gets its name last.
 */
export async function archivePartition(
  tx: Tx,
  { name, fromAt, toAt }: OutboxPartition,
  folder: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { rows } = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [lockKey]);
  if (!rows[0]?.free) return false;
  // Another process may have copied and dropped it since this one looked: an empty copy would tell a lie.
  const { rowCount } = await tx.query('select from outbox_partitions where name = $1', [name]);
  if (rowCount === 0) return false;
  const target = path.join(folder, `${name}.jsonl.gz`);
  if (
    await access(target).then(
      () => true,
      () => false,
    )
  )
    return true;
  await mkdir(folder, { recursive: true });
  const draft = `${target}.${process.pid}.part`;
  try {
    await writeLines(draft, readLines(tx, fromAt, toAt, signal));
    await flush(draft);
    await rename(draft, target);
    await flush(folder);
  } finally {
    await rm(draft, { force: true });
  }
  return true;
}

/** The events of the time, in order of their ids, which is that of time. */
async function* readLines(
  tx: Tx,
  fromAt: string | null,
  toAt: string | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for (let after = firstId, count = rowsARead; count === rowsARead; ) {
    signal?.throwIfAborted();
    const { rows } = await tx.query<{ id: string; line: string }>(
      `select event_id as id, row_to_json(event)::text as line from outbox_events event
       where created_at >= $1 and created_at < $2 and event_id > $3 order by event_id limit $4`,
      [fromAt, toAt, after, rowsARead],
    );
    for (const { line } of rows) yield `${line}\n`;
    count = rows.length;
    after = rows.at(-1)?.id ?? after;
  }
}

async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const gzip = createGzip();
  const done = finished(gzip.pipe(createWriteStream(file, { mode: 0o600 })));
  // A full disk must not be an unhandled rejection while a line is read.
  done.catch(() => {});
  for await (const line of lines) if (!gzip.write(line)) await Promise.race([once(gzip, 'drain'), done]);
  gzip.end();
  await done;
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
