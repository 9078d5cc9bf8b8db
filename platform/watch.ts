// Keeps a figure at hand that costs a question: asks again every few seconds, and forgets the last answer when there is none.
import { pause } from './pause.ts';

/** What is watched. `onChange` hears once that answers stay away (with the error), and once that they come again (undefined). */
export type WatchOptions = { readonly everyMs?: number; readonly onChange?: (error: unknown) => void };

/** A figure that is asked for in the background. `current` is undefined until the first answer, and while there is none. */
export type Watched<T> = { readonly current: () => T | undefined; readonly stop: () => Promise<void> };

/** Starts asking, one question at a time. */
export function watch<T>(ask: () => Promise<T>, { everyMs = 5_000, onChange }: WatchOptions = {}): Watched<T> {
  const stopping = new AbortController();
  let current: T | undefined;
  let isAway = false;
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      try {
        current = await ask();
        if (isAway) onChange?.(undefined);
        isAway = false;
      } catch (error) {
        current = undefined;
        if (!isAway && !stopping.signal.aborted) onChange?.(error);
        isAway = true;
      }
      await pause(everyMs, stopping.signal);
    }
  })();
  return {
    current: () => current,
    stop: async () => {
      stopping.abort();
      await asking;
    },
  };
}
