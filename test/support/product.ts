// A running part of the product for tests: database, Temporal client and worker on a test stack, with a tenant, a project and a channel.
import type { NativeConnection } from '@temporalio/worker';
import { type ActivityDeps, createActivities } from '../../activities/create-activities.ts';
import { aggregates } from '../../db/aggregates.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { type RawEvent, storeRawEvent } from '../../intake/raw-events.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import { startInboundSaga } from '../../intake/start-inbound-saga.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { createLogger } from '../../platform/log.ts';
import { connectTemporal, connectWorkerTransport, type TemporalClient } from '../../platform/temporal.ts';
import { createWorker } from '../../workers/temporal/create-worker.ts';
import { type TestStack, testStack } from './stack.ts';

/** Everything a test of sagas works with. */
export type Product = {
  readonly stack: TestStack;
  readonly database: Database;
  readonly temporal: TemporalClient;
  readonly tenantId: string;
  readonly projectId: string;
  readonly channelId: string;
  /** Starts a worker; `wrap` may replace activities (to fail them, to count them), which then run one by one instead of in one commit. */
  readonly startWorker: (
    wrap?: (activities: Activities) => object,
    deps?: Partial<ActivityDeps>,
  ) => Promise<RunningWorker>;
  /** Stores a webhook body as intake does. */
  readonly store: (body: object) => Promise<RawEvent>;
  /** Starts the saga of a stored event and waits for its end; gives `completed` or the failure's message. */
  readonly runSaga: (raw: RawEvent) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** The activities a wrap gets: those of the product, but that the steps run one by one. */
export type Activities = ReturnType<typeof createActivities>;

/** A worker that runs. */
export type RunningWorker = { readonly stop: () => Promise<void> };

/** Opens it on a database of its own. */
export async function openProduct(name: string): Promise<Product> {
  const stack = await testStack(name);
  const { config } = stack;
  const database = openDatabase(config, { name });
  const temporal = await connectTemporal(config);
  const log = createLogger({ name, level: config.LOG_LEVEL });
  const [tenantId, projectId, channelId] = ['tenant-a', database.ids.next(), database.ids.next()];
  await inSystem(database.systemPool, (tx) =>
    tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
  );
  const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
  await inTenant(database.pool, tenantId, async (tx) => {
    const project = { projectId, userId: database.ids.next(), tenantId, name: 'Shop' };
    await execute(database, tx, aggregates.project, projectId, { type: 'project.create', data: project }, cause);
    const channel = { channelId, projectId, tenantId, name: 'WhatsApp', type: 'waha', externalId: 'default' };
    await execute(database, tx, aggregates.channel, channelId, { type: 'channel.create', data: channel }, cause);
  });
  let transport: NativeConnection | undefined;
  const workers = new Set<RunningWorker>();
  const product: Product = {
    stack,
    database,
    temporal,
    tenantId,
    projectId,
    channelId,
    async startWorker(wrap, deps = {}) {
      transport ??= await connectWorkerTransport(config);
      const activities = createActivities({
        database,
        gateway: createWahaClient({ baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 2_000 }),
        lookupLid: async () => undefined,
        publicUrl: config.API_PUBLIC_URL,
        onSaga: () => {},
        ...deps,
      });
      // All steps in one commit can't be got at one by one: a wrapped worker takes the long way, unless its wrap says otherwise.
      const oneByOne = { ...activities, processInboundTogether: async () => null };
      const worker = await createWorker({
        config,
        connection: transport,
        activities: wrap ? wrap(oneByOne) : activities,
        log,
      });
      const running = worker.run();
      const stop = async (): Promise<void> => {
        workers.delete(handle);
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await running;
      };
      const handle = { stop };
      workers.add(handle);
      return handle;
    },
    store(body) {
      const text = JSON.stringify(body);
      const event = readGatewayEvent(text, database.clock.now());
      return inTenant(database.pool, tenantId, (tx) =>
        storeRawEvent(tx, database.keysOf, { id: database.ids.next(), channelId, body: text, event }),
      );
    },
    async runSaga(raw) {
      const key = raw.messageKey ?? '';
      const start = { tenantId, rawEventId: raw.id, channelId, messageKey: key, runNumber: raw.runNumber };
      const { workflowId } = await startInboundSaga(temporal.client, config.TEMPORAL_TASK_QUEUE, start);
      return temporal.client.workflow
        .getHandle(workflowId)
        .result()
        .then(
          () => 'completed',
          (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
        );
    },
    async close() {
      for (const worker of [...workers]) await worker.stop();
      await transport?.close();
      await temporal.close();
      await database.close();
      await stack.close();
    },
  };
  return product;
}
