// Test servers of one `npm test`: in a folder of its own, so that runs don't meet; folders that a killed run left are cleared first.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataDir } from '../stack/paths.ts';
import { outsidePlace } from '../stack/postgres-place.ts';
import { isSameProcess, markProcess, type ProcessMark } from '../stack/process-mark.ts';
import { stopServers } from '../stack/servers.ts';

const prefix = 'test-run-';

/** Makes the folder of this run, after clearing those of runs that are no more. */
export async function createRunFolder(): Promise<string> {
  await clearDeadRuns();
  const folder = runFolderOf(process.pid);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'owner.json'), JSON.stringify(markProcess(process.pid)));
  return folder;
}

/** The folder of the run of process `pid`. */
export function runFolderOf(pid: number): string {
  return path.join(dataDir, `${prefix}${pid}`);
}

/** Stops the servers of runs that are no more, and deletes their folders. */
export async function clearDeadRuns(): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  for (const name of readdirSync(dataDir).filter((entry) => entry.startsWith(prefix))) {
    const folder = path.join(dataDir, name);
    const owner = ownerOf(folder);
    if (!owner || !isSameProcess(owner)) await removeRunFolder(folder);
  }
}

/** Stops the servers of a run and deletes its folder. */
export async function removeRunFolder(folder: string): Promise<void> {
  await stopServers(folder, { keepData: false });
  rmSync(folder, { recursive: true, force: true });
  rmSync(outsidePlace(path.join(folder, 'postgres')), { recursive: true, force: true });
}

function ownerOf(folder: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'owner.json'), 'utf8')) as ProcessMark;
  } catch {
    return undefined;
  }
}
