// Loaded into every process that the launcher starts: when the launcher goes, however it went, the pipe closes and the process ends itself.
import { isMainThread } from 'node:worker_threads';

const graceMs = 8_000;

// Worker threads load this too, and have no pipe.
if (isMainThread) {
  process.stdin.on('close', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), graceMs).unref();
  });
  process.stdin.on('error', () => undefined);
  process.stdin.resume();
  process.stdin.unref();
}
