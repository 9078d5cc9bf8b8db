// The API on a port of its own over a test stack, with tenants that have a project, a channel and a key each, and a caller that reads JSON.
import { randomUUID } from 'node:crypto';
import type { ApiDeps } from '../../api/api-deps.ts';
import { createApp } from '../../api/app.ts';
import { createApiDeps } from '../../api/create-api-deps.ts';
import { type ListeningServer, listen } from '../../api/listen.ts';
import { aggregates } from '../../db/aggregates.ts';
import { insertApiKey, newApiKey, type Scope, scopes } from '../../db/api-keys.ts';
import { newWebhookSecret, storeChannelSecret } from '../../db/channel-secrets.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { signBody } from '../../integrations/waha/signature.ts';
import type { Config } from '../../platform/config.ts';
import { createLogger } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createReadiness } from '../../platform/readiness.ts';
import { type TestStack, testStack } from './stack.ts';

/** A tenant of the test. */
export type TestTenant = {
  readonly tenantId: string;
  readonly key: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly webhookSecret: string;
};

/** An answer; `json` undefined when there is no body. */
export type TestAnswer = { readonly status: number; readonly headers: Headers; readonly json: Json };
/** Loose JSON, for assertions. */
export type Json = { readonly [name: string]: Json } & { readonly [index: number]: Json } & {
  readonly data: readonly Json[];
};

type CallOptions = {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string | null;
};

/** A running API. */
export type TestApi = {
  readonly stack: TestStack;
  /** What its handlers use. */
  readonly deps: ApiDeps;
  readonly database: Database;
  readonly address: string;
  readonly tenant: TestTenant;
  addTenant(name: string): Promise<TestTenant>;
  addKey(tenantId: string, granted: readonly Scope[]): Promise<string>;
  /** Calls with the first tenant's key; writing calls get a new Idempotency-Key unless one is given, or null. */
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  /** Posts a gateway event, signed as the gateway does. */
  webhook(
    body: object | string,
    options?: { tenant?: TestTenant; headers?: Record<string, string> },
  ): Promise<TestAnswer>;
  /** Makes a contact of the first tenant. */
  contact(data?: object): Promise<Json>;
  close(): Promise<void>;
};

/** Starts it. `config` changes settings, a Temporal address that nobody answers at for instance; `change` computes them from the stack's. */
export async function startTestApi(
  name: string,
  config: Partial<Config> = {},
  change: (config: Config) => Partial<Config> = () => ({}),
): Promise<TestApi> {
  const stack = await testStack(name);
  const settings = { ...stack.config, ...config, ...change(stack.config) };
  const database = openDatabase(settings, { name });
  const stopping = new AbortController();
  const log = createLogger({ name, level: settings.LOG_LEVEL });
  const readiness = createReadiness();
  const deps = await createApiDeps({
    config: settings,
    database,
    log,
    metrics: createMetrics(name),
    readiness,
    stopping: stopping.signal,
  });
  readiness.add('database', async () => void (await database.pool.query('select 1')));
  readiness.add('temporal', () => deps.temporal.ping());
  const server: ListeningServer = await listen(createApp(deps), { host: '127.0.0.1', port: 0 });

  const addKey = async (tenantId: string, granted: readonly Scope[]): Promise<string> => {
    const key = newApiKey();
    const id = database.ids.next();
    await inTenant(database.pool, tenantId, (tx) => insertApiKey(tx, { id, key, name: 'test', scopes: granted }));
    return key;
  };
  const addTenant = async (tenantId: string): Promise<TestTenant> => {
    await inSystem(database.systemPool, (tx) =>
      tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
    );
    const [projectId, channelId] = [database.ids.next(), database.ids.next()];
    const webhookSecret = newWebhookSecret();
    const cause = { causationId: randomUUID(), correlationId: randomUUID() };
    await inTenant(database.pool, tenantId, async (tx) => {
      const project = { projectId, userId: randomUUID(), tenantId, name: 'Shop' };
      await execute(database, tx, aggregates.project, projectId, { type: 'project.create', data: project }, cause);
      const channel = { channelId, projectId, tenantId, name: 'WhatsApp', type: 'waha', externalId: 'default' };
      await execute(database, tx, aggregates.channel, channelId, { type: 'channel.create', data: channel }, cause);
      await storeChannelSecret(tx, database.keysOf, channelId, webhookSecret);
    });
    return { tenantId, key: await addKey(tenantId, scopes), projectId, channelId, webhookSecret };
  };
  const tenant = await addTenant('tenant-a');

  const call: TestApi['call'] = async (method, path, { key = tenant.key, body, headers = {}, idempotencyKey } = {}) => {
    const writes = method !== 'GET' && idempotencyKey !== null;
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${server.address}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(writes && { 'idempotency-key': idempotencyKey ?? randomUUID() }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const given = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, json: (isJson ? JSON.parse(given) : undefined) as Json };
  };
  return {
    stack,
    deps,
    database,
    address: server.address,
    tenant,
    addTenant,
    addKey,
    call,
    webhook: (body, { tenant: to = tenant, headers = {} } = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const signature = { 'x-webhook-hmac': signBody(text, to.webhookSecret), 'x-webhook-hmac-algorithm': 'sha512' };
      return call('POST', `/v1/webhooks/waha/${to.channelId}`, {
        key: null,
        idempotencyKey: null,
        body: text,
        headers: { ...signature, ...headers },
      });
    },
    contact: async (data = {}) => {
      const body = { projectId: tenant.projectId, name: 'Ana Souza', ...data };
      return (await call('POST', '/v1/contacts', { body })).json;
    },
    async close() {
      stopping.abort();
      await server.close();
      await deps.sagaStarts.drain();
      await deps.timelineBell.close();
      await deps.temporal.close();
      await database.close();
      await stack.close();
    },
  };
}
