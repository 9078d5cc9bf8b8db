// Waits for a condition instead of sleeping: asks again until it holds, and fails with the last reason when the time is up.
import { setTimeout as delay } from 'node:timers/promises';

/** `everyMs`: the pause after each look; without it 20 ms at first, longer and longer while nothing comes: whoever looks takes time from what is waited for. */
type EventuallyOptions = { timeoutMs?: number; everyMs?: number };

const firstPauseMs = 20;
const longestPauseMs = 200;

/** Answers what `condition` answers, once it neither throws nor answers undefined, null or false. Throws after `timeoutMs` (10 s). */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs }: EventuallyOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown = new Error('the condition never held');
  let pauseMs = everyMs ?? firstPauseMs;
  do {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      last = error;
    }
    await delay(pauseMs);
    if (everyMs === undefined) pauseMs = Math.min(longestPauseMs, pauseMs * 1.2);
  } while (Date.now() < deadline);
  throw new Error(`Not within ${timeoutMs} ms: ${last instanceof Error ? last.message : String(last)}`, {
    cause: last,
  });
}
