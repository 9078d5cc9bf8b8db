// What a soak has done so far, in `.data/soak.json`, so that one that was cut off goes on.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RowReport } from '../../test/chaos/row.ts';
import { dataDir } from '../stack/paths.ts';

/** Its seed, and the rows that are done. */
export type SoakState = { readonly seed: number; readonly reports: RowReport[] };

const file = path.join(dataDir, 'soak.json');

/** Undefined when no soak was cut off. */
export function readSoak(): SoakState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SoakState;
  } catch {
    return undefined;
  }
}

/** Written after each row. */
export function writeSoak(state: SoakState): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(state));
}

/** The soak is over. */
export function forgetSoak(): void {
  rmSync(file, { force: true });
}
