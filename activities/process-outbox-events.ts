// The last net under the relay: when no relay lives, takes its leases for a while and sends in the same way, with the same code.
import { Context } from '@temporalio/activity';
import { createPool } from '../db/pool.ts';
import { pause } from '../platform/pause.ts';
import { type RelaySettings, runRelay } from '../workers/relay/run-relay.ts';

/** What came of a run. `relays`: live ones that were left to their work. `sent`: events confirmed by the broker in this run. */
export type DrainReport = {
  readonly outcome: 'relays alive' | 'nothing to send' | 'drained' | 'broker away' | 'time is up';
  readonly relays: number;
  readonly sent: number;
};

/** The activities of the workflow processOutboxEvents. */
export type ProcessOutboxEventsActivities = { readonly drainOutbox: () => Promise<DrainReport> };

/** What it needs: that of a relay. Times are for tests. */
export type ProcessOutboxEventsDeps = Omit<RelaySettings, 'name' | 'observer'> & {
  readonly brokerWaitMs?: number;
  readonly atMostMs?: number;
};

const lookEveryMs = 500;

/** Makes them. */
export function createProcessOutboxEvents(deps: ProcessOutboxEventsDeps): ProcessOutboxEventsActivities {
  const { brokerWaitMs = 15_000, atMostMs = 240_000 } = deps;
  return {
    drainOutbox: async () => {
      const context = Context.current();
      const { cancellationSignal } = context;
      let sent = 0;
      let relay: ReturnType<typeof runRelay> | undefined;
      const report = (outcome: DrainReport['outcome'], relays = 0): DrainReport => ({ outcome, relays, sent });
      const look = createLook(deps);
      try {
        const before = await look.at();
        if (before.relays > 0) return report('relays alive', before.relays);
        if (!before.sendable) return report('nothing to send');
        const started = runRelay({
          ...deps,
          name: `process-outbox-events-${process.pid}`,
          observer: {
            sent: () => {
              sent += 1;
            },
          },
        });
        relay = started;
        const startedAt = performance.now();
        while (performance.now() - startedAt < atMostMs && !cancellationSignal.aborted) {
          context.heartbeat({ sent });
          await pause(lookEveryMs, cancellationSignal);
          const { broker, processes } = started.health();
          // A relay came back: it goes on, and takes over what is here at once.
          if (processes > 1) return report('relays alive', processes - 1);
          if (broker === 'down' && performance.now() - startedAt > brokerWaitMs) return report('broker away');
          if (broker === 'open' && !(await look.at()).sendable) return report('drained');
        }
        return report('time is up');
      } finally {
        await relay?.stop();
        await look.close();
      }
    },
  };
}

/** Looks whether a relay lives, and whether anything could go out: what its aggregate's earlier events hold back can not. */
function createLook({ databaseUrl, log }: Pick<RelaySettings, 'databaseUrl' | 'log'>) {
  const pool = createPool({
    url: databaseUrl,
    size: 1,
    name: 'process-outbox-events',
    onIdleError: (error) => log.warn({ err: error }, 'an idle connection was lost'),
  });
  return {
    at: async (): Promise<{ relays: number; sendable: boolean }> => {
      const { rows } = await pool.query<{ relays: number; sendable: boolean }>(
        `select (select count(*) from relay_processes where expires_at > clock_timestamp()) as relays,
           exists (select from outbox_events event where status = 'pending' and (next_attempt_at is null or next_attempt_at <= clock_timestamp())
             and not exists (select from outbox_events earlier where earlier.aggregate_id = event.aggregate_id
               and earlier.aggregate_sequence < event.aggregate_sequence
               and (earlier.status = 'failed' or (earlier.status = 'pending' and earlier.next_attempt_at > clock_timestamp())))) as sendable`,
      );
      return { relays: Number(rows[0]?.relays ?? 0), sendable: rows[0]?.sendable === true };
    },
    close: () => pool.end(),
  };
}
