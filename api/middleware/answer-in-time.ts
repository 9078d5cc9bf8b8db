// No caller waits longer than this, whatever the database does: then the answer is 503 with Retry-After. What was begun may still be done; repeated
// with its Idempotency-Key, a request gives what came of it.
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';

/** The time that a request has left. It stands still while we wait for the caller. */
export type Deadline = { readonly pause: () => void; readonly resume: () => void };

/** Gives every request a deadline; the time to read its body does not count. */
export function answerInTime(withinMs = 9_000) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    let leftMs = withinMs;
    let since = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let late: (error: DomainError) => void = () => {};
    const over = new Promise<never>((_, reject) => {
      late = reject;
    });
    const resume = (): void => {
      since = performance.now();
      timer = setTimeout(
        () => late(new DomainError('unavailable', 'It took too long: try again in a moment.')),
        leftMs,
      );
    };
    const pause = (): void => {
      clearTimeout(timer);
      leftMs -= performance.now() - since;
    };
    c.set('deadline', { pause, resume });
    resume();
    try {
      await Promise.race([next(), over]);
    } finally {
      clearTimeout(timer);
    }
  });
}
