// The relay process: wiring only. Sends committed events to the broker; several of them share the partitions.
import { hostname } from 'node:os';
import { measureDatabase } from '../db/measure-database.ts';
import { measureOperatorRequests, readOperatorRequests } from '../db/operator-requests.ts';
import { piiFieldNames } from '../domain/catalog.ts';
import { startHealthServer } from '../platform/health-server.ts';
import { runProcess } from '../platform/lifecycle.ts';
import { watch } from '../platform/watch.ts';
import { allConsumerRows } from './consumers/rows.ts';
import { keepMaintaining, measureMaintenance } from './relay/maintain.ts';
import { readOutboxFigures } from './relay/outbox-figures.ts';
import { createRelayMetrics } from './relay/relay-metrics.ts';
import { relayState, tellPauses } from './relay/relay-state.ts';
import { runRelay } from './relay/run-relay.ts';

await runProcess(
  'relay',
  async ({ config, log, metrics, readiness, onStop }) => {
    const observer = createRelayMetrics(metrics, { health: () => relay.health(), figures: () => outbox.current() });
    const relay = runRelay({
      databaseUrl: config.DATABASE_SYSTEM_URL,
      amqpUrl: config.AMQP_URL,
      prefix: config.AMQP_PREFIX,
      exchange: config.AMQP_EXCHANGE,
      rows: allConsumerRows,
      name: `relay-${hostname()}-${process.pid}`,
      log,
      observer: {
        ...observer,
        failedTry: (event, reason, gaveUp) => {
          observer.failedTry?.(event, reason, gaveUp);
          log[gaveUp ? 'error' : 'warn'](
            { eventId: event.eventId, type: event.type, reason, gaveUp },
            'an event could not be sent',
          );
        },
      },
    });
    onStop('relay', relay.stop);
    onStop('pauses', tellPauses(relay.health, log).stop);
    const outbox = watch(() => readOutboxFigures(relay.pool));
    onStop('outbox figures', outbox.stop);
    const requests = watch(() => readOperatorRequests(relay.pool));
    onStop("operators' requests", requests.stop);
    measureOperatorRequests(metrics, requests.current);
    const maintenance = keepMaintaining({
      databaseUrl: config.DATABASE_SYSTEM_URL,
      keepDays: config.OUTBOX_RETENTION_DAYS,
      archiveFolder: config.OUTBOX_ARCHIVE_FOLDER,
      log,
    });
    onStop('maintenance', maintenance.stop);
    measureMaintenance(metrics, maintenance.problems);
    measureDatabase(metrics);
    readiness.add('database', async () => {
      await relay.pool.query('select 1');
    });
    readiness.add('broker', async () => {
      const { broker, brokerReason } = relay.health();
      if (broker !== 'open') throw new Error(`The broker is ${broker}: ${brokerReason}.`);
    });
    readiness.add('leases', async () => {
      if (!relay.health().leaseValid) throw new Error('No valid lease: the relay may not publish.');
    });
    const health = await startHealthServer({
      host: config.METRICS_HOST,
      port: config.METRICS_PORT,
      readiness,
      metrics,
      log,
      state: () => relayState(relay.health()),
    });
    onStop('health server', health.close);
  },
  { personalFields: piiFieldNames() },
);
