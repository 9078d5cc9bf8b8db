// Remembers channels' secrets for a moment, so that a burst of webhooks costs one look-up; a rotation takes effect within that moment everywhere.
import { LRUCache } from 'lru-cache';
import { type ChannelSecret, findChannelSecret } from '../db/channel-secrets.ts';
import type { Database } from '../db/deps.ts';

/** Looks channels' secrets up. `forget`: after a rotation or deletion here. */
export type ChannelSecrets = {
  find(channelId: string): Promise<ChannelSecret | undefined>;
  forget(channelId: string): void;
};

const keptForMs = 1_500;

/** Makes the memory; many askers at once share one look-up. */
export function createChannelSecrets(database: Database): ChannelSecrets {
  const cache = new LRUCache<string, { found: ChannelSecret | undefined }>({
    max: 10_000,
    ttl: keptForMs,
    fetchMethod: async (channelId) => ({ found: await findChannelSecret(database, channelId) }),
  });
  return {
    find: async (channelId) => (await cache.fetch(channelId))?.found,
    forget: (channelId) => void cache.delete(channelId),
  };
}
