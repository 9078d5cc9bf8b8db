// The bell: NOTIFY without payload, after commit, on a connection of its own; at most one in flight and one per few ms. Only a hint.
import type { Pool } from './pool.ts';

/** Rings for whoever listens on a channel. Never throws: a lost ring costs its listener one poll interval. */
export type Bell = { ring(): void };

const quietMs = 2;

/** Makes a bell for one channel (`outbox_events`, `raw_events`, `contact_timeline`); rings within `quietMs` of each other become one. */
export function createBell(pool: Pool, channel: 'outbox_events' | 'raw_events' | 'contact_timeline'): Bell {
  let ringing = false;
  let again = false;
  const notify = async (): Promise<void> => {
    ringing = true;
    do {
      again = false;
      // Outside of the commit's transaction: a NOTIFY inside would serialise all commits of the server.
      await pool.query(`notify ${channel}`).catch(() => {});
      if (again) await new Promise((resolve) => setTimeout(resolve, quietMs));
    } while (again);
    ringing = false;
  };
  return {
    ring() {
      if (ringing) again = true;
      else void notify();
    },
  };
}
