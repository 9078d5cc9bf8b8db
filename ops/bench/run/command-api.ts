// The API as a process of its own over the benchmark's database, with a tenant that has a key and a project; no Temporal beside it: commands need none.
import { randomBytes, randomUUID } from 'node:crypto';
import { aggregates } from '../../../db/aggregates.ts';
import { insertApiKey, newApiKey } from '../../../db/api-keys.ts';
import { type Database, openDatabase } from '../../../db/deps.ts';
import { execute } from '../../../db/execute.ts';
import { inSystem, inTenant } from '../../../db/transaction.ts';
import { loadConfig } from '../../../platform/config.ts';
import { startProcess } from '../../../test/support/process.ts';
import type { ShopPlace } from './shop-process.ts';

/** A shop to give commands to. `database` works with the same keys in this process. */
export type Shop = {
  readonly tenantId: string;
  readonly projectId: string;
  readonly database: Database;
  readonly close: () => Promise<void>;
};

/** A running API; `call` throws unless it is answered 2xx. */
export type CommandApi = Shop & {
  readonly call: (method: string, path: string, body: object) => Promise<Readonly<Record<string, unknown>>>;
};

const environmentOf = (place: ShopPlace): Record<string, string> => ({
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  DATABASE_URL: place.userUrl,
  DATABASE_SYSTEM_URL: place.systemUrl,
  AMQP_URL: place.amqpUrl,
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  MASTER_KEY: randomBytes(32).toString('base64'),
  TEMPORAL_CODEC_KEY: randomBytes(32).toString('base64'),
  API_RATE_LIMIT_PER_MINUTE: '100000000',
});

/** Makes the tenant. */
export async function openShop(place: ShopPlace, environment = environmentOf(place)): Promise<Shop> {
  const database = openDatabase(loadConfig(environment), { name: 'bench-shop' });
  const [tenantId, projectId] = [`shop-${randomUUID()}`, randomUUID()];
  await inSystem(database.systemPool, (tx) =>
    tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
  );
  const data = { projectId, userId: randomUUID(), tenantId, name: 'Shop' };
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.project, projectId, { type: 'project.create', data }, cause),
  );
  return { tenantId, projectId, database, close: database.close };
}

/** Starts it. */
export async function startCommandApi(place: ShopPlace): Promise<CommandApi> {
  const environment = environmentOf(place);
  const shop = await openShop(place, environment);
  const key = newApiKey();
  const named = { id: randomUUID(), key, name: 'bench', scopes: ['read', 'write'] as const };
  await inTenant(shop.database.pool, shop.tenantId, (tx) => insertApiKey(tx, named));
  const api = await startProcess({ file: 'api/server.ts', environment, readyPath: '/healthz' });
  return {
    ...shop,
    call: async (method, path, body) => {
      const answer = await fetch(`${api.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'idempotency-key': randomUUID(),
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      const given = (await answer.json()) as Readonly<Record<string, unknown>>;
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${String(given['detail'])}`);
      return given;
    },
    close: async () => {
      await api.stop();
      await shop.close();
    },
  };
}
