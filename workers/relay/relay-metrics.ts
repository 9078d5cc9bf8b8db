// The relay's figures for Prometheus.
import type { Gauge } from 'prom-client';
import { measureListener } from '../../db/listener.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { isoTime } from './message.ts';
import type { RelayObserver } from './ports.ts';
import type { RelayHealth } from './run-relay.ts';

/** What is asked of the outbox now and then. */
export type OutboxFigures = {
  readonly pending: number;
  readonly oldestPendingSeconds: number;
  readonly retrying: number;
  readonly failed: number;
};

/** Registers the metrics; the observer counts into them. `health` and `figures` are asked when metrics are read; without figures nothing is shown. */
export function createRelayMetrics(
  metrics: Metrics,
  ask: { readonly health: () => RelayHealth; readonly figures: () => OutboxFigures | undefined },
): RelayObserver {
  const published = metrics.counter({ name: 'outbox_published_total', help: 'Events confirmed by the broker.' });
  const confirm = metrics.histogram({
    name: 'outbox_confirm_seconds',
    help: 'From publishing an event to its confirm.',
  });
  const bell = metrics.histogram({
    name: 'outbox_bell_seconds',
    help: 'From a bell heard to the end of the read that found what it rang for.',
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
  const gauge = (name: string, help: string, value: () => number | undefined, unit = 'count'): void => {
    metrics.gauge({ name, help, unit, collect: (self) => show(self, value()) });
  };
  const flag = (name: string, help: string, value: () => boolean): void =>
    gauge(name, help, () => (value() ? 1 : 0), '1 or 0');
  gauge('outbox_pending', 'Events that wait to be sent (counted up to 100,000).', () => ask.figures()?.pending);
  gauge(
    'outbox_oldest_pending_seconds',
    'Age of the oldest event that waits.',
    () => ask.figures()?.oldestPendingSeconds,
    'seconds',
  );
  gauge('outbox_retrying', 'Events that failed and wait for their next try.', () => ask.figures()?.retrying);
  gauge('outbox_failed', 'Events given up: redrive or discard them.', () => ask.figures()?.failed);
  gauge('relay_partitions', 'Partitions this process owns by a valid lease; all relays together: 64.', () => {
    const { partitions, leaseValid } = ask.health();
    return leaseValid ? partitions : 0;
  });
  flag('relay_lease_valid', '1 while the process has a lease: else it may not publish.', () => ask.health().leaseValid);
  gauge('relay_processes', 'Live relay processes.', () => ask.health().processes);
  gauge('relay_window', 'Events published and not yet marked.', () => ask.health().inWindow);
  gauge(
    'relay_held_aggregates',
    'Aggregates held back by an event that could not go out.',
    () => ask.health().heldAggregates,
  );
  flag('relay_broker_up', '1 while the broker is connected, blocked or not.', () => ask.health().broker !== 'down');
  flag(
    'relay_broker_blocked',
    '1 while the broker takes nothing: it is short of memory or disk.',
    () => ask.health().broker === 'blocked',
  );
  measureListener(metrics, { hears: () => ask.health().hears, pingSeconds: () => ask.health().pingSeconds });
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
    bellAnswered: (tookMs) => bell.observe(tookMs / 1_000),
  };
}

/** Not known: not shown, which is not the same as 0. */
function show(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
