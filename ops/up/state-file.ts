// `.data/state.json`: what a running stack is and where, for the commands that work with it. Mode 0600: it holds the demo key and the addresses.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataDir } from '../stack/paths.ts';
import { isSameProcess, type ProcessMark } from '../stack/process-mark.ts';

/** A tenant to play with. */
export type DemoTenant = {
  tenantId: string;
  projectId: string;
  channelId: string;
  sessionName: string;
  apiKey: string;
  webhookSecret: string;
};

/** The stack as its launcher last wrote it. `environment` is what its processes got (see platform/config.ts). */
export type StackState = {
  launcher: ProcessMark;
  phase: 'starting' | 'ready' | 'stopping';
  environment: Record<string, string>;
  addresses: Record<string, string>;
  demo?: DemoTenant;
  processes: Record<string, ProcessMark>;
};

const file = path.join(dataDir, 'state.json');

/** What the last launcher wrote, running or not. */
export function readState(): StackState | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackState;
  } catch {
    return undefined;
  }
}

/** The state of the stack that runs now; undefined when none does. */
export function runningStack(): StackState | undefined {
  const state = readState();
  return state && isSameProcess(state.launcher) ? state : undefined;
}

/** Writes the state in one step, so that no reader sees half of it. */
export function writeState(state: StackState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Forgets the state at a clean stop. */
export function removeState(): void {
  rmSync(file, { force: true });
}
