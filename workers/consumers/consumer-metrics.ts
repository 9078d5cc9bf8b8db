// The consumers' figures for Prometheus.
import type { Metrics } from '../../platform/metrics.ts';
import type { ConsumerObserver } from './observer.ts';

/** From the milliseconds at rest to the minutes after an outage. */
const lagBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Registers the metrics; the observer counts into them. */
export function createConsumerMetrics(metrics: Metrics): ConsumerObserver {
  const labels = ['consumer'] as const;
  const effects = metrics.counter({
    name: 'consumer_effects_total',
    help: 'Deliveries by what came of them: done, duplicate, parked, skipped.',
    labels: ['consumer', 'effect'],
  });
  const seconds = metrics.histogram({
    name: 'consumer_duration_seconds',
    help: 'How long claim and effect took.',
    labels,
  });
  const lag = metrics.histogram({
    name: 'consumer_lag_seconds',
    help: 'From the moment an event was drawn to its effect.',
    labels,
    buckets: lagBuckets,
  });
  const failures = metrics.counter({ name: 'consumer_failed_attempts_total', help: 'Failed attempts.', labels });
  const waiting = metrics.counter({
    name: 'consumer_waiting_total',
    help: 'Attempts that failed because database or Temporal were away; they cost nothing.',
    labels,
  });
  const putOff = metrics.counter({
    name: 'consumer_put_off_total',
    help: 'Events put off after a failed attempt: they come again by themselves.',
    labels,
  });
  const dead = metrics.counter({
    name: 'consumer_dead_letters_total',
    help: 'Messages given up: look at them, redrive them.',
    labels,
  });
  return {
    effect: (consumer, effect, { event }, tookMs) => {
      effects.inc({ consumer, effect });
      if (effect !== 'done') return;
      seconds.observe({ consumer }, tookMs / 1_000);
      lag.observe({ consumer }, Math.max(0, Date.now() - Date.parse(event.time)) / 1_000);
    },
    failedAttempt: (consumer) => failures.inc({ consumer }),
    waiting: (consumer) => waiting.inc({ consumer }),
    putOff: (consumer) => putOff.inc({ consumer }),
    dead: (consumer) => dead.inc({ consumer }),
  };
}
