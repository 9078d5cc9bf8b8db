// The Temporal SDK's log lines, written by our logger: the SDK's own would print failures with their message and stack trace.
// For `Runtime.install({ logger })`, once per worker process, before anything else of the SDK.
import type { Logger as TemporalLogger } from '@temporalio/common';
import type { Logger } from './log.ts';

/** Its `error` fields become `err`; the SDK's TRACE goes to our trace. */
export function createTemporalLog(log: Logger): TemporalLogger {
  const sdk = log.child({ component: 'temporal' });
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error', message: string, meta: object = {}) => {
    const { error, ...fields } = meta as { error?: unknown };
    sdk[level](error === undefined ? fields : { ...fields, err: error }, message);
  };
  return {
    log: (level, message, meta) =>
      write(level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error', message, meta),
    trace: (message, meta) => write('trace', message, meta),
    debug: (message, meta) => write('debug', message, meta),
    info: (message, meta) => write('info', message, meta),
    warn: (message, meta) => write('warn', message, meta),
    error: (message, meta) => write('error', message, meta),
  };
}
