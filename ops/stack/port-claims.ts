// Keeps two launchers that start at the same time from picking the same port: each claims it in a file that all users share, for a while.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isSameProcess, markProcess, type ProcessMark } from './process-mark.ts';

// Longer than any part needs from picking its port to listening on it.
const validMs = 120_000;
const folder = path.join(os.tmpdir(), 'messaging-sagas-ports');

type Claim = { owner: ProcessMark; at: number };

/** Claims `port` for this process; false when another process that still runs has claimed it a moment ago. */
export function claimPort(port: number): boolean {
  const file = path.join(folder, String(port));
  try {
    makeFolder();
    const claim = readClaim(file);
    if (claim && claim.owner.pid !== process.pid && Date.now() - claim.at < validMs && isSameProcess(claim.owner))
      return false;
    rmSync(file, { force: true });
    writeFileSync(file, JSON.stringify({ owner: markProcess(process.pid), at: Date.now() }), { flag: 'wx' });
    return true;
  } catch (error) {
    // Lost by a hair, or another user's old claim, which can't be replaced and counts for nothing.
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

/** Open to all users, as the place around it is; each may only remove his own files. */
function makeFolder(): void {
  if (mkdirSync(folder, { recursive: true })) chmodSync(folder, 0o1777);
}

function readClaim(file: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Claim;
  } catch {
    return undefined;
  }
}
