// Bounds what one caller may ask for, and tells it in every answer how much is left.
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';
import type { RateLimiter } from '../rate-limiter.ts';

/** Takes one request of `who`. Sets RateLimit-Limit, -Remaining and -Reset; throws DomainError rate_limited with Retry-After set. */
export function limitRate(c: Context<ApiEnv>, limiter: RateLimiter, who: string): void {
  const { limit, remaining, resetSeconds, waitSeconds } = limiter.take(who);
  c.header('RateLimit-Limit', String(limit));
  c.header('RateLimit-Remaining', String(remaining));
  c.header('RateLimit-Reset', String(resetSeconds));
  if (waitSeconds === 0) return;
  c.header('Retry-After', String(waitSeconds));
  throw new DomainError('rate_limited', `At most ${limit} requests a minute: wait ${waitSeconds} s, then go on.`);
}

/** The same for the caller of a request. */
export const rateLimit = createMiddleware<ApiEnv>(async (c, next) => {
  limitRate(c, c.get('deps').rateLimiter, c.get('caller').id);
  await next();
});
