// Remembers API keys for a few seconds, so that a busy caller costs no query a request; a key revoked elsewhere stops working within that time.
import { LRUCache } from 'lru-cache';
import { type ApiKey, findApiKey, hashApiKey, touchApiKey } from '../db/api-keys.ts';
import type { Pool } from '../db/pool.ts';

/** Looks keys up by their secret. */
export type KnownKeys = {
  /** The key, or undefined when there is none or it was revoked. Throws DomainError unavailable without a database. */
  find(secret: string): Promise<ApiKey | undefined>;
  /** Forgets everything: after a key was revoked here. */
  forget(): void;
};

const keptForMs = 3_000;
const usedEveryMs = 60_000;

/** Makes the memory. That a key was used is noted at most once a minute, in the background. */
export function createKnownKeys(systemPool: Pool): KnownKeys {
  const known = new LRUCache<string, { key: ApiKey | undefined }>({ max: 10_000, ttl: keptForMs });
  const noted = new LRUCache<string, true>({ max: 10_000, ttl: usedEveryMs });
  return {
    async find(secret) {
      const hash = hashApiKey(secret);
      const name = hash.toString('base64');
      let entry = known.get(name);
      if (entry === undefined) {
        entry = { key: await findApiKey(systemPool, hash) };
        known.set(name, entry);
      }
      if (entry.key && !noted.has(entry.key.id)) {
        noted.set(entry.key.id, true);
        touchApiKey(systemPool, entry.key.id).catch(() => {});
      }
      return entry.key;
    },
    forget: () => known.clear(),
  };
}
