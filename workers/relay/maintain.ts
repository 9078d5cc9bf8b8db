// Keeps the database in order from the relay's process, which is the first to suffer when it is not: at the start, then every ten minutes.
import { type MaintenanceOptions, type MaintenanceReport, maintainDatabase } from '../../db/maintenance.ts';
import { createPool } from '../../db/pool.ts';
import type { Logger } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { pause } from '../../platform/pause.ts';

const everyMs = 600_000;

/** A running maintenance. `problems`: how many the last round had; undefined before the first. */
export type Maintenance = { readonly problems: () => number | undefined; readonly stop: () => Promise<void> };

/** Starts it; each round's problems are logged. */
export function keepMaintaining(
  settings: Omit<MaintenanceOptions, 'signal'> & { readonly databaseUrl: string; readonly log: Logger },
): Maintenance {
  const { log } = settings;
  const stopping = new AbortController();
  const pool = createPool({ url: settings.databaseUrl, size: 1, name: 'maintenance' });
  let problems: number | undefined;
  const tell = ({ made, dropped, claimsForgotten, problems: found }: MaintenanceReport): void => {
    problems = found.length;
    for (const problem of found) log.warn({ problem }, 'maintenance of the database');
    if (made > 0 || dropped.length > 0 || claimsForgotten > 0)
      log.info({ made, dropped, claimsForgotten }, 'the database was maintained');
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      tell(await maintainDatabase(pool, { ...settings, signal: stopping.signal }));
      await pause(everyMs, stopping.signal);
    }
  })();
  return {
    problems: () => problems,
    stop: async () => {
      stopping.abort();
      await running;
      await pool.end();
    },
  };
}

/** Shows the problems in the process's metrics. */
export function measureMaintenance(metrics: Metrics, problems: Maintenance['problems']): void {
  metrics.gauge({
    name: 'outbox_maintenance_problems',
    help: 'What the last maintenance could not do, such as dropping a month that holds events that are not sent; the log says each.',
    collect: (self) => {
      const count = problems();
      if (count !== undefined) self.set(count);
    },
  });
}
