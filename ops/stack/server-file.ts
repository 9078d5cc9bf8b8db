// What is remembered of a server that was started: ports and settings, in `server.json` of its state folder, readable by its owner only.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Ports by name and the settings the server was started with. */
export type ServerFile = { ports: Record<string, number>; settings: readonly string[]; password?: string };

/** Reads `server.json`; undefined when there is none or it isn't usable. */
export function readServerFile(stateDir: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(path.join(stateDir, 'server.json'), 'utf8')) as ServerFile;
  } catch {
    return undefined;
  }
}

/** Writes `server.json`, mode 0600. */
export function writeServerFile(stateDir: string, file: ServerFile): void {
  writeFileSync(path.join(stateDir, 'server.json'), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
}
