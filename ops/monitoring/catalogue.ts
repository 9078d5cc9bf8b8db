// Every metric of every process, read from the same functions that define them in the processes; test/integration/metrics.test.ts holds the processes to it.
import { createApiMetrics } from '../../api/api-metrics.ts';
import { measureListener } from '../../db/listener.ts';
import { measureDatabase } from '../../db/measure-database.ts';
import { measureOperatorRequests } from '../../db/operator-requests.ts';
import { createLogger } from '../../platform/log.ts';
import { createMetrics, type MetricDescription, type Metrics } from '../../platform/metrics.ts';
import { measureReadiness } from '../../platform/readiness.ts';
import { createConsumerMetrics } from '../../workers/consumers/consumer-metrics.ts';
import { measureConsumers } from '../../workers/consumers/measure-consumers.ts';
import { measureProjections } from '../../workers/consumers/measure-projections.ts';
import { measureMaintenance } from '../../workers/relay/maintain.ts';
import { createRelayMetrics } from '../../workers/relay/relay-metrics.ts';
import { measureOpenWork } from '../../workers/temporal/open-work.ts';
import { createSagaMetrics } from '../../workers/temporal/saga-metrics.ts';

/** Our processes. */
export type ProcessName = 'api' | 'worker' | 'relay' | 'consumer';

/** A metric and who serves it. */
export type CatalogueRow = MetricDescription & { readonly processes: readonly ProcessName[] };

/** Values are never asked for here. */
const unasked = (): never => {
  throw new Error('The catalogue asks for no values.');
};

const definitions: Readonly<Record<ProcessName, (metrics: Metrics) => void>> = {
  api: (metrics) => {
    createApiMetrics(metrics);
    measureListener(metrics, { hears: unasked, pingSeconds: unasked });
  },
  worker: (metrics) => {
    createSagaMetrics(metrics, createLogger({ name: 'catalogue', level: 'silent' }));
    measureOpenWork(metrics, unasked);
    measureOperatorRequests(metrics, unasked);
    measureListener(metrics, { hears: unasked, pingSeconds: unasked });
  },
  relay: (metrics) => {
    createRelayMetrics(metrics, { health: unasked, figures: unasked });
    measureMaintenance(metrics, unasked);
    measureOperatorRequests(metrics, unasked);
  },
  consumer: (metrics) => {
    createConsumerMetrics(metrics);
    measureConsumers(metrics, unasked);
    measureProjections(metrics, unasked);
    measureListener(metrics, { hears: unasked, pingSeconds: unasked });
  },
};

/** The names of our processes. */
export const processNames = Object.keys(definitions) as ProcessName[];

/** All metrics in the order of their definition, each once. Throws when two processes define a name differently. */
export function metricCatalogue(): CatalogueRow[] {
  const rows = new Map<string, CatalogueRow>();
  for (const process of processNames) {
    const metrics = createMetrics(process);
    measureReadiness(metrics, { report: unasked });
    measureDatabase(metrics);
    definitions[process](metrics);
    for (const row of metrics.rows()) {
      const known = rows.get(row.name);
      if (known) checkSame(known, row);
      rows.set(row.name, { ...row, processes: [...(known?.processes ?? []), process] });
    }
  }
  return [...rows.values()];
}

function checkSame({ processes, ...known }: CatalogueRow, row: MetricDescription): void {
  if (JSON.stringify(known) === JSON.stringify(row)) return;
  throw new Error(`${row.name} is not the same in ${processes.join(', ')} as elsewhere: one name, one meaning.`);
}
