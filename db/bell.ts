// The bell: NOTIFY without payload, after commit, on a connection of its own; at most one in flight and one per few ms. Only a hint.
import type { Pool } from './pool.ts';

/** Rings for whoever listens on a channel. Never throws: a lost ring costs its listener one poll interval. */
export type Bell = { ring(): void };

const quietMs = 2;

/** Makes a bell for one channel (`outbox_events`, `raw_events`, `contact_timeline`); rings within `quietMs` of each other become one. */
export function createBell(pool: Pool, channel: 'outbox_events' | 'raw_events' | 'contact_timeline'): Bell {
  // A ring before the NOTIFY is sent is covered by it; one after needs another.
  let state: 'silent' | 'about to ring' | 'ringing' | 'ringing, and again' = 'silent';
  const notify = async (): Promise<void> => {
    do {
      state = 'ringing';
      // Outside of the commit's transaction: a NOTIFY inside would serialise all commits of the server.
      await pool.query(`notify ${channel}`).catch(() => {});
      if (isAgain()) await new Promise((resolve) => setTimeout(resolve, quietMs));
    } while (isAgain());
    state = 'silent';
  };
  const isAgain = (): boolean => state === 'ringing, and again';
  return {
    ring() {
      if (state === 'ringing') state = 'ringing, and again';
      if (state !== 'silent') return;
      state = 'about to ring';
      queueMicrotask(() => void notify());
    },
  };
}
