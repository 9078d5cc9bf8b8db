// How often the gateway is asked: one call after the other, no sooner than the rate lets it. Ends early when the activity is to stop.
import { pause } from '../../platform/pause.ts';

/** Waits for the next call's turn. */
export type Pace = (requestsPerMinute: number) => Promise<void>;

/** Makes the pace of one activity. A new one begins at once: a worker that died has paused by that. */
export function createPace(stop: AbortSignal): Pace {
  let dueMs = 0;
  return async (requestsPerMinute) => {
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await pause(waitMs, stop);
    stop.throwIfAborted();
    dueMs = performance.now() + 60_000 / requestsPerMinute;
  };
}
