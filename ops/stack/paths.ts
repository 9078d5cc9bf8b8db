// Where things lie: the project's folder, its cache of downloads and its state. Nothing here touches the disk.
import { createHash } from 'node:crypto';
import path from 'node:path';

/** The project's folder, absolute. */
export const projectDir = path.resolve(import.meta.dirname, '../..');

/** Downloads that can be fetched again: server binaries, bundles. */
export const cacheDir = path.join(projectDir, '.cache');

/** State that `npm run reset` forgets: databases, logs, secrets, the state file. */
export const dataDir = path.join(projectDir, '.data');

/** Eight hex digits that stand for a folder: tells one checkout's servers from another's. */
export function folderKey(folder: string): string {
  return createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 8);
}
