// Consumers with their operators' side on a test stack: events are written into the log and published as a relay does, without one.
import { randomUUID } from 'node:crypto';
import { consumerControlsChannel } from '../../db/consumer-controls.ts';
import { type ConsumerOverview, consumerOverview } from '../../db/consumer-overview.ts';
import { createListener } from '../../db/listener.ts';
import { findLogEvents } from '../../db/log-events.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import { type OperatedConsumer, operatedConsumer } from '../../workers/consumer-operations/operated-consumer.ts';
import type { Rebuild } from '../../workers/consumer-operations/rebuilds.ts';
import { runOperations } from '../../workers/consumer-operations/run-operations.ts';
import type { Consumer, ConsumerRow } from '../../workers/consumers/consumer.ts';
import { runConsumers } from '../../workers/consumers/run-consumers.ts';
import { toMessage } from '../../workers/relay/message.ts';
import { createSender } from './deliver.ts';
import { createEffectsTable, type TestEvent, writeEvents } from './events.ts';
import { eventually } from './eventually.ts';
import { type TestStack, testStack } from './stack.ts';

const log = createLogger({ name: 'operated', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
/** What a test consumer's read model is cleared of. */
const clearEffects = (column: string): Rebuild => ({
  clear: async (tx, ids) => {
    await tx.query(`delete from test_effects where ${column} = any($1::uuid[])`, [ids]);
  },
});

/** The world of one test file. */
export type OperatedWorld = {
  readonly stack: TestStack;
  readonly pool: Pool;
  readonly systemPool: Pool;
  /** Starts consumers; answers how to end them. */
  readonly consume: (...consumers: readonly Consumer[]) => Promise<() => Promise<void>>;
  /** Starts the operators' side of these rows. */
  readonly operate: (...rows: readonly ConsumerRow[]) => () => Promise<void>;
  readonly operated: (row: ConsumerRow) => OperatedConsumer;
  /** What an operator sees of a consumer; it is rejected while no process has shown it. */
  readonly seen: (row: ConsumerRow) => Promise<ConsumerOverview>;
  readonly isKnown: (row: ConsumerRow) => Promise<boolean>;
  /** Writes events into the log as sent and publishes them; answers their ids. `publish` false: they were lost on the way. */
  readonly happen: (
    events: readonly TestEvent[],
    options?: { publish?: boolean; tenantId?: string },
  ) => Promise<string[]>;
  readonly sender: Awaited<ReturnType<typeof createSender>>;
  readonly asAdmin: (sql: string, values?: unknown[]) => Promise<void>;
  readonly count: (sql: string, values?: unknown[]) => Promise<number>;
  /** Ends all that runs. */
  readonly still: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens it, with the tenants t and u. */
export async function openOperatedWorld(name: string): Promise<OperatedWorld> {
  const stack = await testStack(name);
  const pool = createPool({ url: stack.databaseUrl, size: 12, name });
  const systemPool = createPool({ url: stack.systemUrl, size: 6, name: `${name}-system` });
  await systemPool.query("insert into tenants (tenant_id, name) values ('t', 'T'), ('u', 'U')");
  await createEffectsTable(stack.adminUrl);
  const admin = createPool({ url: stack.adminUrl, size: 1, name: `${name}-admin` });
  await admin.query('grant delete on test_effects to app_system');
  const sender = await createSender(stack.config);
  const running = new Set<() => Promise<void>>();
  const track = (stop: () => Promise<void>): (() => Promise<void>) => {
    const once = async (): Promise<void> => {
      if (running.delete(once)) await stop();
    };
    running.add(once);
    return once;
  };
  const operated = (row: ConsumerRow): OperatedConsumer =>
    operatedConsumer(stack.amqpPrefix, row, clearEffects('aggregates' in row.on ? 'aggregate_id' : 'event_id'));
  const still = async (): Promise<void> => {
    await Promise.all([...running].map((stop) => stop()));
  };
  const seen = ({ name: consumer }: ConsumerRow): Promise<ConsumerOverview> =>
    inSystem(systemPool, (tx) => consumerOverview(tx, new Date(), consumer));
  return {
    stack,
    pool,
    systemPool,
    sender,
    operated,
    seen,
    isKnown: (row) =>
      seen(row).then(
        () => true,
        () => false,
      ),
    still,
    consume: async (...consumers) => {
      const started = runConsumers({
        pool,
        systemPool,
        amqpUrl: stack.amqpUrl,
        prefix: stack.amqpPrefix,
        exchange: stack.config.AMQP_EXCHANGE,
        consumers,
        name: `consumers-${stack.amqpPrefix}`,
        log,
        retryBaseMs: 10,
        sweepEveryMs: 100,
      });
      const listener = createListener({
        url: stack.systemUrl,
        name,
        channels: [consumerControlsChannel],
        onRing: started.lookAtPauses,
      });
      const stop = track(async () => {
        await listener.close();
        await started.stop();
      });
      await eventually(() => started.problems().length === 0);
      return stop;
    },
    operate: (...rows) => {
      const started = runOperations({
        pool,
        systemPool,
        systemUrl: stack.systemUrl,
        amqpUrl: stack.amqpUrl,
        amqpManagementUrl: stack.amqpManagementUrl,
        name: `operations-${stack.amqpPrefix}`,
        consumers: rows.map(operated),
        log,
        pollEveryMs: 200,
        lookEveryMs: 150,
      });
      return track(() => started.stop());
    },
    happen: async (events, { publish = true, tenantId = 't' } = {}) => {
      const ids = await writeEvents(systemPool, tenantId, events);
      await systemPool.query(
        "update outbox_events set status = 'processed', processed_at = clock_timestamp() where event_id = any($1::uuid[])",
        [ids],
      );
      if (!publish) return ids;
      const { events: exchange } = exchangesOf({ prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE });
      for (const event of await inSystem(systemPool, (tx) => findLogEvents(tx, ids))) {
        const { id, routingKey, body, headers } = toMessage(event);
        sender.channel.publish(exchange, routingKey, body, { messageId: id, headers, persistent: true });
      }
      await sender.channel.waitForConfirms();
      return ids;
    },
    asAdmin: async (sql, values = []) => {
      await admin.query(sql, values);
    },
    count: async (sql, values = []) => {
      const { rows } = await systemPool.query<{ count: number }>(`select count(*) as count from ${sql}`, values);
      return rows[0]?.count ?? -1;
    },
    close: async () => {
      await still();
      await sender.close();
      await Promise.all([pool.end(), systemPool.end(), admin.end()]);
      await stack.close();
    },
  };
}

/** Events 1 to `last` of a new aggregate. */
export function history(last: number, aggregateId: string = randomUUID()): TestEvent[] {
  return Array.from({ length: last }, (_, n) => ({ aggregateId, sequence: n + 1 }));
}
