// The relay's figures for Prometheus.
import type { Metrics } from '../../platform/metrics.ts';
import { isoTime } from './message.ts';
import type { RelayObserver } from './ports.ts';
import type { RelayHealth } from './run-relay.ts';

/** What is asked of the outbox now and then. */
export type OutboxFigures = {
  readonly pending: number;
  readonly oldestPendingSeconds: number;
  readonly failed: number;
};

/** Registers the metrics; the observer counts into them. `health` and `figures` are asked when metrics are read. */
export function createRelayMetrics(
  metrics: Metrics,
  ask: { readonly health: () => RelayHealth; readonly figures: () => OutboxFigures },
): RelayObserver {
  const published = metrics.counter({ name: 'outbox_published_total', help: 'Events confirmed by the broker.' });
  const confirm = metrics.histogram({
    name: 'outbox_confirm_seconds',
    help: 'From publishing an event to its confirm.',
  });
  const delay = metrics.histogram({
    name: 'outbox_delay_seconds',
    help: 'From the moment an event was drawn, just before its commit, to its confirm.',
  });
  const tries = metrics.counter({
    name: 'outbox_failed_tries_total',
    help: 'Tries that failed because of the event or its route.',
  });
  const givenUp = metrics.counter({ name: 'outbox_given_up_total', help: 'Events given up after their last try.' });
  const returned = metrics.counter({
    name: 'outbox_returned_total',
    help: 'Events that no queue takes and no consumer binds: normal.',
  });
  const nacked = metrics.counter({ name: 'outbox_nacked_total', help: 'Events refused by a full queue; sent again.' });
  const gauge = (name: string, help: string, value: () => number): void => {
    metrics.gauge({ name, help, collect: (self) => self.set(value()) });
  };
  gauge('outbox_pending', 'Events that wait to be sent (counted up to 100,000).', () => ask.figures().pending);
  gauge(
    'outbox_oldest_pending_seconds',
    'Age of the oldest event that waits.',
    () => ask.figures().oldestPendingSeconds,
  );
  gauge('outbox_failed', 'Events given up: redrive or discard them.', () => ask.figures().failed);
  gauge('relay_partitions', 'Partitions this process owns, of 64.', () => ask.health().partitions);
  gauge('relay_processes', 'Live relay processes.', () => ask.health().processes);
  gauge('relay_window', 'Events published and not yet marked.', () => ask.health().inWindow);
  gauge(
    'relay_held_aggregates',
    'Aggregates held back by an event that could not go out.',
    () => ask.health().heldAggregates,
  );
  gauge('relay_broker_up', '1 when the broker takes events, 0.5 when it is blocked, 0 when it is away.', () => {
    const { broker } = ask.health();
    return broker === 'open' ? 1 : broker === 'blocked' ? 0.5 : 0;
  });
  gauge('relay_hears', '1 while the bell is heard; polling goes on without it.', () => (ask.health().hears ? 1 : 0));
  return {
    sent: (event, tookMs) => {
      published.inc();
      confirm.observe(tookMs / 1_000);
      delay.observe(Math.max(0, Date.now() - Date.parse(isoTime(event.createdAt))) / 1_000);
    },
    failedTry: (_event, _reason, gaveUp) => {
      tries.inc();
      if (gaveUp) givenUp.inc();
    },
    returnedUnbound: () => returned.inc(),
    nacked: () => nacked.inc(),
  };
}
