// One relay process's worth of parts, put together: pool, publisher, bell, loops. Used by the relay process and by ProcessOutboxEvents.
import { randomUUID } from 'node:crypto';
import { createListener } from '../../db/listener.ts';
import type { Logger } from '../../platform/log.ts';
import { createTroubles, reasonOf } from '../../platform/troubles.ts';
import { createPublisher, type PublisherState } from '../amqp/publisher.ts';
import { type ConsumerRow, createIsBound } from '../consumers/consumer.ts';
import { type DrivenRelay, driveRelay } from './drive-relay.ts';
import { defaultRelayOptions, type RelayObserver, type RelayOptions } from './ports.ts';
import { createLeasePort, createOutboxPort, createRelayPool } from './postgres-ports.ts';
import { createPublishPort } from './publish-port.ts';
import type { RelayStatus } from './relay.ts';

/** What a relay needs. */
export type RelaySettings = {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly exchange: string;
  readonly rows: readonly ConsumerRow[];
  readonly name: string;
  readonly log: Logger;
  readonly observer?: RelayObserver;
  readonly options?: Partial<RelayOptions>;
  readonly leaseMs?: number;
  readonly confirmTimeoutMs?: number;
};

/** How it is. `lastError`: of the last failed step, null when steps succeed again. */
export type RelayHealth = RelayStatus & {
  readonly broker: PublisherState;
  readonly brokerReason: string;
  readonly hears: boolean;
  readonly pingSeconds: number | undefined;
  readonly databaseOk: boolean;
};

/** A running relay. */
export type RunningRelay = {
  readonly health: () => RelayHealth;
  /** Ends it in order: what is in flight is waited for, and the partitions are given back. */
  readonly stop: () => Promise<void>;
  readonly pool: ReturnType<typeof createRelayPool>;
};

/** Starts at once; never throws, but waits for database and broker to come. */
export function runRelay(settings: RelaySettings): RunningRelay {
  const { log, name, databaseUrl } = settings;
  const processId = randomUUID();
  const options = { ...defaultRelayOptions, ...settings.options };
  const troubles = createTroubles();
  let brokerReason = 'not connected yet';
  const pool = createRelayPool(databaseUrl, name, (error) => log.warn({ err: error }, 'an idle connection was lost'));
  const publisher = createPublisher({
    url: settings.amqpUrl,
    prefix: settings.prefix,
    exchange: settings.exchange,
    rows: settings.rows,
    name,
    ...(settings.confirmTimeoutMs !== undefined && { confirmTimeoutMs: settings.confirmTimeoutMs }),
    onState: (state, reason) => {
      brokerReason = reason;
      log.info({ state, reason }, 'the broker changed');
      relay.brokerChanged(state);
    },
    onDrift: (drift) => log.error({ problem: drift.message }, 'a queue differs from the table of consumers'),
  });
  const relay: DrivenRelay = driveRelay(
    {
      leases: createLeasePort(pool, processId, name, settings.leaseMs),
      outbox: createOutboxPort(pool, processId),
      publisher: createPublishPort(publisher),
      now: () => performance.now(),
      random: Math.random,
      isBound: createIsBound(settings.rows),
      observer: settings.observer ?? {},
    },
    options,
    (step, error) => {
      troubles.has(step, reasonOf(error), () =>
        log.warn({ err: error, step }, 'a step of the relay fails and is tried again'),
      );
    },
    (step) => troubles.over(step, () => log.info({ step }, 'the step works again')),
  );
  const bell = createListener({
    url: databaseUrl,
    name,
    channels: ['outbox_events', 'relay_leases'],
    onRing: (channel) => (channel === 'relay_leases' ? relay.rebalance() : relay.ring()),
    onLost: (reason) => log.warn({ reason }, 'the bell was lost; polling goes on'),
    onBack: () => log.info('the bell is heard again'),
  });
  return {
    pool,
    health: () => ({
      ...relay.status(),
      broker: publisher.state(),
      brokerReason,
      hears: bell.hears(),
      pingSeconds: bell.pingSeconds(),
      databaseOk: !troubles.any(),
    }),
    stop: async () => {
      await bell.close();
      await relay.stop();
      await publisher.close();
      await pool.end();
    },
  };
}
