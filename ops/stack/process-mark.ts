// Tells whether a process id still means the process it meant: by the moment that process began.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from './processes.ts';

/** A process id and the moment it began, as the system tells it. */
export type ProcessMark = { pid: number; began: string };

/** Marks a running process. */
export function markProcess(pid: number): ProcessMark {
  return { pid, began: beginOf(pid) };
}

/** Whether that very process still runs. */
export function isSameProcess(mark: ProcessMark): boolean {
  return isAlive(mark.pid) && beginOf(mark.pid) === mark.began;
}

function beginOf(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the name in parentheses, which may hold spaces; the boot id tells one boot's ticks from another's.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return '';
  }
}
