// Projections on a database of a test's own, without a broker: a log written by hand, delivered to the product's consumers in any order, rebuilt as the product does it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { type ConsumerRequest, listRequests } from '../../db/consumer-requests.ts';
import { describeConsumers } from '../../db/consumer-status.ts';
import { findLogEvents } from '../../db/log-events.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { followCampaigns } from '../../db/projections/campaign-results.ts';
import { addAllToTimeline } from '../../db/projections/contact-timeline.ts';
import { type Projection, projections } from '../../db/projections/index.ts';
import { measureSessions } from '../../db/projections/session-analytics.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { takeRequest } from '../../db/request-lease.ts';
import { inSystem } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import type { Broker } from '../../workers/consumer-operations/broker.ts';
import { carryOut } from '../../workers/consumer-operations/carry-out.ts';
import { operatedConsumer } from '../../workers/consumer-operations/operated-consumer.ts';
import { operatedConsumers } from '../../workers/consumer-operations/operated-consumers.ts';
import type { Consumer, HandleAll } from '../../workers/consumers/consumer.ts';
import { type Delivery, parseDelivery } from '../../workers/consumers/parse-delivery.ts';
import { batchStore, createConsumerStore, systemTime } from '../../workers/consumers/postgres-store.ts';
import { createProcessor } from '../../workers/consumers/process-delivery.ts';
import { consumerRows } from '../../workers/consumers/rows.ts';
import { toMessage } from '../../workers/relay/message.ts';
import { type TestEvent, writeEvents } from './events.ts';
import { testStack } from './stack.ts';

/** The name of a projection. */
export type ProjectionName = keyof typeof projections;

/** The world. Its tenant is `t`. */
export type ProjectionWorld = {
  readonly pool: Pool;
  readonly systemPool: Pool;
  readonly admin: Pool;
  /** Writes events into the log, as sent; answers their ids. */
  readonly log: (events: readonly TestEvent[]) => Promise<string[]>;
  /** What a consumer would be sent for these events. */
  readonly deliveries: (ids: readonly string[]) => Promise<Delivery[]>;
  /** All at once, in this order, to the projection's consumer. */
  readonly deliver: (name: ProjectionName, all: readonly Delivery[], from?: number) => Promise<void>;
  /** Rebuilds as a consumer process does; `changes` makes it another projection. */
  readonly rebuild: (
    name: ProjectionName,
    options?: { onlyCompares?: boolean; changes?: Partial<Projection>; signal?: AbortSignal },
  ) => Promise<ConsumerRequest>;
  /** All rows of its tables, but for what is the database's own. */
  readonly rows: (name: ProjectionName) => Promise<object[]>;
  readonly close: () => Promise<void>;
};

const handlers: Readonly<Record<ProjectionName, HandleAll>> = {
  timeline: async (events, tx) => void (await addAllToTimeline(events, tx)),
  session_analytics: measureSessions,
  campaign_results: followCampaigns,
};
const rowOf = (name: ProjectionName) => consumerRows[projections[name].consumer];
const refuse = (): Promise<never> => Promise.reject(new Error('nothing is to fail here'));

/** Opens it. */
export async function openProjectionWorld(name: string): Promise<ProjectionWorld> {
  const stack = await testStack(name);
  const pool = createPool({ url: stack.databaseUrl, size: 8, name });
  const systemPool = createPool({ url: stack.systemUrl, size: 4, name: `${name}-system` });
  const admin = createPool({ url: stack.adminUrl, size: 2, name: `${name}-admin` });
  await systemPool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await inSystem(systemPool, (tx) => describeConsumers(tx, operatedConsumers('')));
  const log = createLogger({ name, level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
  const signal = new AbortController().signal;
  return {
    pool,
    systemPool,
    admin,
    log: async (events) => {
      const ids = await writeEvents(systemPool, 't', events);
      await systemPool.query("update outbox_events set status = 'processed' where event_id = any($1::uuid[])", [ids]);
      return ids;
    },
    deliveries: async (ids) => {
      const events = await inSystem(systemPool, (tx) => findLogEvents(tx, ids));
      return events.map((event) => {
        const { headers, body: content } = toMessage(event);
        return parseDelivery({ properties: { headers }, content } as unknown as ConsumeMessage);
      });
    },
    deliver: async (projection, all, from = 0) => {
      const handleAll = handlers[projection];
      const consumer: Consumer = {
        ...rowOf(projection),
        handle: (event, tx, own) => handleAll([event], tx, own),
        handleAll,
      };
      const processor = createProcessor(
        {
          store: createConsumerStore(pool, systemPool),
          batchStore,
          time: systemTime,
          deadLetter: refuse,
          retryLater: refuse,
          observer: {},
          handlerTimeoutMs: 9_000,
          retryBaseMs: 10,
          patienceMs: 60_000,
          beginning: () => from,
        },
        consumer,
      );
      const settled = await Promise.all(all.map((one) => processor.process(one, signal)));
      assert.deepEqual([...new Set(settled)], all.length > 0 ? ['ack'] : []);
      await processor.sweep(signal);
    },
    rebuild: async (projection, { onlyCompares = false, changes = {}, signal: own = signal } = {}) => {
      const [id, owner] = [randomUUID(), randomUUID()];
      const { consumer } = projections[projection];
      const operated = operatedConsumer('', rowOf(projection), {
        projection: { ...projections[projection], ...changes },
      });
      await inSystem(systemPool, (tx) =>
        requestRebuild(tx, { id, consumer, acceptGap: false, onlyCompares }, { dryRun: false }),
      );
      const request = await inSystem(systemPool, (tx) => takeRequest(tx, owner, [consumer]));
      assert.equal(request?.id, id);
      // A projection's rebuild sends nothing.
      const broker = {} as Broker;
      await carryOut({ pool, systemPool, broker, log, owner, maxReady: 10 }, operated, request, own);
      const [done] = await inSystem(systemPool, (tx) => listRequests(tx, { id }));
      assert.ok(done);
      return done;
    },
    rows: async (projection) => {
      const all: object[] = [];
      for (const { table, key, columns } of projections[projection].models) {
        const { rows } = await systemPool.query<object>(
          `select ${Object.keys(columns).join(', ')} from ${table} order by ${key}`,
        );
        all.push(...rows);
      }
      return all;
    },
    close: async () => {
      await Promise.all([pool.end(), systemPool.end(), admin.end()]);
      await stack.close();
    },
  };
}
