// How much CPU PostgreSQL has used for one database, as the system's process table tells it. Linux only; undefined elsewhere.
import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** CPU seconds of each backend by process id. */
export type BackendUsage = ReadonlyMap<number, number>;

/** All backends of the database but those of the benchmark itself; the clock ticks are hundredths of a second. */
export async function backendUsage(admin: pg.Pool): Promise<BackendUsage | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { rows } = await admin.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and application_name <> 'bench-admin'",
  );
  return new Map(rows.map(({ pid }) => [pid, secondsOf(pid)]));
}

/** What was used between the two, in seconds. */
export function usedBetween(before: BackendUsage | undefined, after: BackendUsage | undefined): number | undefined {
  if (!before || !after) return undefined;
  let sum = 0;
  for (const [pid, seconds] of after) sum += Math.max(0, seconds - (before.get(pid) ?? 0));
  return sum;
}

function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
