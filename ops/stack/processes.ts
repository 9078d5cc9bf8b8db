// Finds and ends processes by what their command line says, so that a stale pid never hits a stranger. Linux (/proc) and macOS (ps).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.ts';

/** One running process: its program's file name and its command line. */
export type ProcessRow = { pid: number; program: string; args: readonly string[] };

/** All processes whose program is `program` and of whose arguments one is `marker`. */
export async function findProcesses(program: string, marker: string): Promise<number[]> {
  // ps joins the arguments to one line; /proc keeps them apart.
  const split = process.platform === 'linux';
  const rows = split ? readProc() : await readPs();
  return rows
    .filter(
      (row) => row.program === program && row.args.some((arg) => arg === marker || (!split && arg.includes(marker))),
    )
    .map((row) => row.pid);
}

/** Whether a process exists; one that waits for its parent to collect it counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** Sends `signal`, waits up to `graceMs` for all to end, then kills the rest. Answers true when none had to be killed. */
export async function endProcesses(pids: readonly number[], signal: NodeJS.Signals, graceMs: number): Promise<boolean> {
  for (const pid of pids) send(pid, signal);
  const deadline = Date.now() + graceMs;
  while (pids.some(isAlive) && Date.now() < deadline) await delay(20);
  const stubborn = pids.filter(isAlive);
  for (const pid of stubborn) send(pid, 'SIGKILL');
  while (stubborn.some(isAlive)) await delay(20);
  return stubborn.length === 0;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}

/** The file name of the program that a process runs; undefined when there is no such process. */
export async function programOf(pid: number): Promise<string | undefined> {
  const rows = process.platform === 'linux' ? readProc() : await readPs();
  return rows.find((row) => row.pid === pid)?.program;
}

function readProc(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').filter(Boolean);
      return args.length === 0 ? [] : [{ pid: Number(name), program: programName(name, args[0] ?? ''), args }];
    } catch {
      return [];
    }
  });
}

function programName(pid: string, firstArg: string): string {
  try {
    return path.basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
  } catch {
    return path.basename(firstArg);
  }
}

async function readPs(): Promise<ProcessRow[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,comm=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    return match?.[1] && match[2] && match[3]
      ? [{ pid: Number(match[1]), program: path.basename(match[2]), args: [match[3]] }]
      : [];
  });
}
