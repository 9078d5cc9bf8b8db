// How much waits in the outbox, asked every few seconds: cheap even when it is much.
import type { Pool } from '../../db/pool.ts';
import { pause } from '../../platform/pause.ts';
import type { OutboxFigures } from './relay-metrics.ts';

const everyMs = 5_000;

/** Starts asking; `current` is the last answer. */
export function watchOutbox(pool: Pool): { readonly current: () => OutboxFigures; readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  let current: OutboxFigures = { pending: 0, oldestPendingSeconds: 0, failed: 0 };
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      current = await ask(pool).catch(() => current);
      await pause(everyMs, stopping.signal);
    }
  })();
  return {
    current: () => current,
    stop: async () => {
      stopping.abort();
      await asking;
    },
  };
}

async function ask(pool: Pool): Promise<OutboxFigures> {
  const { rows } = await pool.query<{ pending: number; oldest: number | null; failed: number }>(
    `select (select count(*) from (select from outbox_events where status = 'pending' limit 100000) some) as pending,
       (select extract(epoch from clock_timestamp() - created_at)::float8 from outbox_events where status = 'pending' order by id limit 1) as oldest,
       (select count(*) from (select from outbox_events where status = 'failed' or (status = 'pending' and next_attempt_at is not null)) holding) as failed`,
  );
  const row = rows[0];
  return { pending: row?.pending ?? 0, oldestPendingSeconds: Math.max(0, row?.oldest ?? 0), failed: row?.failed ?? 0 };
}
