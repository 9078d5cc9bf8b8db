// The API's own figures. Labels are route patterns, methods, states and event kinds; never ids.
import type { Metrics } from '../platform/metrics.ts';

/** What the API counts and times. */
export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** Defines them in the process's registry. */
export function createApiMetrics(metrics: Metrics) {
  return {
    requestSeconds: metrics.histogram({
      name: 'http_request_seconds',
      help: 'Time from the request to its answer.',
      labels: ['method', 'route', 'status'],
    }),
    intakeEvents: metrics.counter({
      name: 'intake_events_total',
      help: 'Gateway events taken in, by kind and by what became of them.',
      labels: ['kind', 'outcome'],
    }),
    sagaStarts: metrics.counter({
      name: 'intake_saga_starts_total',
      help: 'Sagas the API started for stored messages; what it could not start the sweeper does.',
      labels: ['outcome'],
    }),
    openStreams: metrics.gauge({ name: 'http_open_streams', help: 'Timeline streams that are open now.' }),
  };
}
