// The process's metrics for Prometheus: one registry, names prefixed `messaging_`, process and event-loop figures included.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'messaging_';
/** From the 5 ms of a hop at rest to the 10 s at which things are given up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * A metric as a row. Label values must be few and never personal: types, names of consumers and steps, codes; no ids.
 * `unit`: of its value; a name that ends in `_seconds` says it already.
 */
export type MetricRow<Label extends string> = { name: string; help: string; labels?: readonly Label[]; unit?: string };

/** A metric as it was defined, its name with the prefix. `buckets`: a histogram's upper bounds. */
export type MetricDescription = {
  readonly name: string;
  readonly type: 'counter' | 'histogram' | 'gauge';
  readonly labels: readonly string[];
  readonly unit: string;
  readonly help: string;
  readonly buckets?: readonly number[];
};

/** The registry and the ways to define metrics in it. Defining a name twice throws. */
export type Metrics = {
  /** Name ends in `_total`. */
  counter<Label extends string = never>(row: MetricRow<Label>): Counter<Label>;
  /** Name ends in its unit: `_seconds` (buckets given) or another with `buckets`. */
  histogram<Label extends string = never>(row: MetricRow<Label> & { buckets?: number[] }): Histogram<Label>;
  /** `collect` sets the value when the metrics are read; those that read wait for it. */
  gauge<Label extends string = never>(
    row: MetricRow<Label> & { collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label>;
  /** What was defined here, in that order; without the figures of process and event loop. */
  rows(): readonly MetricDescription[];
  readonly contentType: string;
  /** Prometheus text format. */
  text(): Promise<string>;
};

/** Makes the registry; `processName` becomes the label `process` of every figure. */
export function createMetrics(processName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });

  const described: MetricDescription[] = [];
  const describe = (type: MetricDescription['type'], row: MetricRow<string>, buckets?: readonly number[]): void => {
    const unit = row.unit ?? (row.name.endsWith('_seconds') ? 'seconds' : 'count');
    const { help, labels = [] } = row;
    described.push({
      name: PREFIX + row.name,
      type,
      labels,
      unit,
      help,
      ...(buckets === undefined ? {} : { buckets }),
    });
  };
  const options = <Label extends string>({ name, help, labels = [] }: MetricRow<Label>) => ({
    name: PREFIX + name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });

  return {
    counter(row) {
      check(row.name, ['_total']);
      const counter = new Counter(options(row));
      describe('counter', row);
      return counter;
    },
    histogram(row) {
      check(row.name, row.buckets === undefined ? ['_seconds'] : []);
      const { buckets = SECONDS } = row;
      const histogram = new Histogram({ ...options(row), buckets });
      describe('histogram', row, buckets);
      return histogram;
    },
    gauge(row) {
      check(row.name, []);
      const { collect } = row;
      const gauge: Gauge<NonNullable<typeof row.labels>[number]> = new Gauge({
        ...options(row),
        ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
      });
      describe('gauge', row);
      return gauge;
    },
    rows: () => described,
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function check(name: string, endings: readonly string[]): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.startsWith(PREFIX)) {
    throw new Error(`Metric ${name}: lower case, digits and _ only; the prefix ${PREFIX} is added.`);
  }
  if (endings.length > 0 && !endings.some((ending) => name.endsWith(ending))) {
    throw new Error(`Metric ${name}: its name must end in ${endings.join(' or ')}.`);
  }
}
