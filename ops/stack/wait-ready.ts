// Waits until a server answers in its own protocol, or says why it won't: its process ended, or the time is up.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

type WaitOptions = {
  name: string;
  ready: () => Promise<boolean>;
  /** True once the process has ended. */
  ended: () => boolean;
  logFile: string;
  timeoutMs: number;
};

/** Resolves when `ready` is true; throws with the end of the log otherwise. */
export async function waitReady(options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  while (Date.now() < deadline) {
    if (await options.ready().catch(() => false)) return;
    if (options.ended()) throw new Error(`${options.name} ended while starting.\n${logEnd(options.logFile)}`);
    await delay(40);
  }
  throw new Error(`${options.name} did not answer within ${options.timeoutMs / 1000} s.\n${logEnd(options.logFile)}`);
}

/** The last lines of a log file, for messages. */
export function logEnd(file: string, lines = 12): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
