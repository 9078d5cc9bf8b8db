// A token bucket a key, in memory: a process's own limit. Refills evenly; a full bucket holds one minute's worth.
import { LRUCache } from 'lru-cache';

/** What a request may know of its limit. `resetSeconds`: until the bucket is full again; `waitSeconds` 0: allowed. */
export type RateLimit = {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly waitSeconds: number;
};

/** Takes one token of a key's bucket if there is one. */
export type RateLimiter = { take(keyId: string): RateLimit };

/** `now` in milliseconds, from any start. */
export function createRateLimiter(perMinute: number, now: () => number = () => performance.now()): RateLimiter {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: 10_000 });
  const perMs = perMinute / 60_000;
  return {
    take(keyId) {
      const moment = now();
      const bucket = buckets.get(keyId) ?? { tokens: perMinute, at: moment };
      const tokens = Math.min(perMinute, bucket.tokens + (moment - bucket.at) * perMs);
      const allowed = tokens >= 1;
      const left = allowed ? tokens - 1 : tokens;
      buckets.set(keyId, { tokens: left, at: moment });
      return {
        limit: perMinute,
        remaining: Math.floor(left),
        resetSeconds: Math.ceil((perMinute - left) / perMs / 1000),
        waitSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000)),
      };
    },
  };
}
