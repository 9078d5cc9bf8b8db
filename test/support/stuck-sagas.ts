// A running product in a namespace of its own whose sagas get stuck at the step `enrichment` until it is mended. For tests of what operators do.
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { createActivities } from '../../activities/create-activities.ts';
import type { InboundActivities } from '../../activities/inbound/inbound-activities.ts';
import { openDatabase } from '../../db/deps.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { signBody } from '../../integrations/waha/signature.ts';
import { loadConfig } from '../../platform/config.ts';
import { createLogger } from '../../platform/log.ts';
import { connectTemporal, connectWorkerTransport, type TemporalClient } from '../../platform/temporal.ts';
import { registerSearchAttributes } from '../../temporal-config/namespace.ts';
import { ensureSchedules } from '../../temporal-config/schedules.ts';
import { createWorker } from '../../workers/temporal/create-worker.ts';
import { eventually } from './eventually.ts';
import { file, gatewayMessage } from './messages.ts';
import { installRuntime } from './product.ts';
import { type RunningProduct, startRunningProduct } from './running-product.ts';
import { uniqueLetters } from './unique.ts';

/** `mend`: from now on the step works. `stuck`: the correlation ids of sagas that are stuck now. `temporal`: to their namespace. */
export type StuckSagas = {
  readonly product: RunningProduct;
  readonly temporal: TemporalClient;
  mend(): void;
  stuck(): Promise<string[]>;
  stop(): Promise<void>;
};

/** Starts the product and makes `count` sagas stuck. */
export async function startStuckSagas(name: string, count: number): Promise<StuckSagas> {
  const namespace = `test-${name}-${uniqueLetters()}`;
  await makeNamespace(namespace);
  const without = ['worker', 'waha'] as const;
  const product = await startRunningProduct(name, { environment: { TEMPORAL_NAMESPACE: namespace }, without });
  const worker = await startMendableWorker(product);
  const temporal = await connectTemporal(loadConfig(product.environment));
  const stuck = async (): Promise<string[]> => {
    const { json } = await product.call('GET', '/v1/sagas?state=stuck&limit=200');
    return json.data.map((saga) => String(saga['correlationId']));
  };
  for (let n = 0; n < count; n += 1) await post(product, 5_511_990_000_000 + n);
  await eventually(async () => (await stuck()).length === count, { timeoutMs: 60_000 });
  return {
    product,
    temporal,
    mend: worker.mend,
    stuck,
    async stop() {
      await temporal.close();
      await worker.stop();
      await product.stop();
    },
  };
}

async function makeNamespace(namespace: string): Promise<void> {
  const config = loadConfig({
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'],
    MASTER_KEY: Buffer.alloc(32).toString('base64'),
    TEMPORAL_CODEC_KEY: Buffer.alloc(32).toString('base64'),
    TEMPORAL_NAMESPACE: namespace,
  });
  const { client, connection, close } = await connectTemporal(config);
  const workflowExecutionRetentionPeriod = proto.google.protobuf.Duration.fromObject({ seconds: 86_400 });
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await eventually(() => registerSearchAttributes(connection, namespace), { timeoutMs: 30_000 });
  await eventually(() => ensureSchedules(client, { taskQueue: 'nobody' }), { timeoutMs: 30_000 });
  await close();
}

async function startMendableWorker({ environment }: RunningProduct): Promise<{ mend(): void; stop(): Promise<void> }> {
  const config = loadConfig(environment);
  const log = createLogger({ name: 'stuck-sagas', level: config.LOG_LEVEL });
  installRuntime(log);
  const database = openDatabase(config, { name: 'stuck-sagas' });
  const connection = await connectWorkerTransport(config);
  const activities: InboundActivities = createActivities({
    database,
    gateway: createWahaClient({ baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 2_000 }),
    lookupLid: async () => undefined,
    refreshTokens: async () => ({ outcome: 'unavailable', reason: 'no_answer' }),
    publicUrl: config.API_PUBLIC_URL,
    onSaga: () => undefined,
  });
  let isBroken = true;
  const requestEnrichment: InboundActivities['requestEnrichment'] = async (...args) => {
    // Out of tries at once, instead of after 45 s.
    if (isBroken)
      throw ApplicationFailure.create({ message: 'broken on purpose', type: 'internal', nextRetryDelay: 1 });
    return activities.requestEnrichment(...args);
  };
  const oneByOne = { ...activities, processInboundTogether: async () => null, requestEnrichment };
  const worker = await createWorker({ config, connection, activities: oneByOne, log });
  const running = worker.run();
  return {
    mend: () => {
      isBroken = false;
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await database.close();
    },
  };
}

async function post({ apiUrl, demo }: RunningProduct, number: number): Promise<void> {
  const body = JSON.stringify(gatewayMessage({ from: `${number}@c.us`, payload: file('image/jpeg') }));
  const headers = {
    'x-webhook-hmac': signBody(body, demo.webhookSecret),
    'x-webhook-hmac-algorithm': 'sha512',
  };
  const answer = await fetch(`${apiUrl}/v1/webhooks/waha/${demo.channelId}`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`The webhook was answered ${answer.status}.`);
}
