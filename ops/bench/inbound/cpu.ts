// CPU time of the running stack's processes, children included, out of the system's process table. Linux only: elsewhere there is no /proc to read.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dataDir } from '../../stack/paths.ts';
import { findPostgres } from '../../stack/postgres.ts';
import { findRabbitmq } from '../../stack/rabbitmq.ts';
import { findTemporal } from '../../stack/temporal.ts';
import type { StackState } from '../../up/state-file.ts';

/** Process ids by the name of what they are; those of servers that run elsewhere are missing. */
export type StackProcesses = Readonly<Record<string, readonly number[]>>;
/** CPU time in ms by name. */
export type CpuTimes = Readonly<Record<string, number>>;

/** What `npm start` has started: its processes and its servers. Undefined where their times can't be read. */
export async function findStackProcesses({ processes }: StackState): Promise<StackProcesses | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folder = (name: string): string => path.join(dataDir, name);
  const found = {
    ...Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, [pid]])),
    PostgreSQL: await findPostgres(folder('postgres')),
    RabbitMQ: await findRabbitmq(folder('rabbitmq')),
    'Temporal server': await findTemporal(folder('temporal')),
  };
  return Object.fromEntries(Object.entries(found).filter(([, pids]) => pids.length > 0));
}

/** The times up to now. Children that have ended meanwhile count with their parent, as the system keeps them. */
export function readCpuTimes(processes: StackProcesses): CpuTimes {
  const table = readTable();
  const ofTree = (pid: number): number =>
    (table.get(pid)?.ms ?? 0) +
    [...table].filter(([, { parent }]) => parent === pid).reduce((sum, [child]) => sum + ofTree(child), 0);
  return Object.fromEntries(
    Object.entries(processes).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + ofTree(pid), 0)]),
  );
}

/** What was used between the two. Negative for one that was started again in between. */
export function usedBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** The sum, name by name. */
export function addTimes(one: CpuTimes, other: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(other).map(([name, ms]) => [name, ms + (one[name] ?? 0)]));
}

/** The kernel tells times in hundredths of a second, whatever its own clock. */
const msPerTick = 10;

function readTable(): Map<number, { readonly parent: number; readonly ms: number }> {
  const rows = readdirSync('/proc').flatMap((name) => {
    const row = /^\d+$/.test(name) ? readRow(name) : undefined;
    return row ? [[Number(name), row] as const] : [];
  });
  return new Map(rows);
}

function readRow(pid: string): { readonly parent: number; readonly ms: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Counted after the name in parentheses, which may hold spaces: its state, its parent; then user and system time, its own and that of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ms: ticks * msPerTick };
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}
