// Bounds what one key may ask for, and tells it in every answer how much is left.
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';

/** Sets RateLimit-Limit, -Remaining and -Reset; throws DomainError rate_limited with Retry-After set. */
export const rateLimit = createMiddleware<ApiEnv>(async (c, next) => {
  const { limit, remaining, resetSeconds, waitSeconds } = c.get('deps').rateLimiter.take(c.get('caller').id);
  c.header('RateLimit-Limit', String(limit));
  c.header('RateLimit-Remaining', String(remaining));
  c.header('RateLimit-Reset', String(resetSeconds));
  if (waitSeconds > 0) {
    c.header('Retry-After', String(waitSeconds));
    throw new DomainError('rate_limited', `At most ${limit} requests a minute: wait ${waitSeconds} s, then go on.`);
  }
  await next();
});
