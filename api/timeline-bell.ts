// One listener a process wakes all open timeline streams; each of them then looks for itself. A stream also looks by itself every second.
import { createListener, type Listener } from '../db/listener.ts';

/** Wakes streams. `next` settles at the next ring, after `withinMs`, or when the signal aborts. `hears` and `pingSeconds` are undefined before the first stream. */
export type TimelineBell = {
  next(withinMs: number, signal: AbortSignal): Promise<void>;
  hears(): boolean | undefined;
  pingSeconds(): number | undefined;
  close(): Promise<void>;
};

/** Makes the bell; it listens from the first stream on. */
export function createTimelineBell(url: string, name: string): TimelineBell {
  const waiting = new Set<() => void>();
  let listener: Listener | undefined;
  const ring = (): void => {
    for (const wake of [...waiting]) wake();
  };
  return {
    next(withinMs, signal) {
      listener ??= createListener({ url, name, channels: ['contact_timeline'], onRing: ring });
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, withinMs);
        signal.addEventListener('abort', wake, { once: true });
        waiting.add(wake);
        if (signal.aborted) wake();
      });
    },
    hears: () => listener?.hears(),
    pingSeconds: () => listener?.pingSeconds(),
    async close() {
      await listener?.close();
    },
  };
}
