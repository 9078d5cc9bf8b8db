// Tells which process listens on a port: an answer on a port proves nothing when another program may have taken it first.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { run, which } from './run.ts';

const listening = '0A';

/** Whether process `pid` listens on TCP `port`. True where the system gives no way to tell. */
export async function isListener(pid: number | undefined, port: number): Promise<boolean> {
  if (pid === undefined) return false;
  if (process.platform === 'linux') return isListenerOnLinux(pid, port);
  if (!which('lsof')) return true;
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']);
  return stdout.split('\n').includes(String(pid));
}

function isListenerOnLinux(pid: number, port: number): boolean {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => inodesOn(table, port)));
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(socketOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    // Another user's process: only root may look.
    return false;
  }
}

function inodesOn(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === listening)
      .map((columns) => columns[9] ?? '');
  } catch {
    return [];
  }
}

function socketOf(link: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1] ?? '';
  } catch {
    return '';
  }
}
