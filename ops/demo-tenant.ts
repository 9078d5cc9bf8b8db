// A tenant to play with: project, channel and API key. Its ids derive from its name and its secrets from the master key, so that any number of
// starts give the same; whoever has other secrets for it gives them, and they replace those of before.
import { hkdfSync } from 'node:crypto';
import { aggregates } from '../db/aggregates.ts';
import { hashApiKey, insertApiKey, scopes } from '../db/api-keys.ts';
import { storeChannelSecret } from '../db/channel-secrets.ts';
import { type Database, openDatabase } from '../db/deps.ts';
import { execute, load } from '../db/execute.ts';
import { inSystem, inTenant, type Tx } from '../db/transaction.ts';
import { derivedId } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';

/** The demo tenant as it is after the call. */
export type DemoTenant = {
  readonly tenantId: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** The gateway's session that the channel stands for. */
  readonly sessionName: string;
};

/** `apiKey` and `webhookSecret` default to secrets derived from the master key. */
export type DemoTenantOptions = {
  readonly config: Config;
  readonly apiKey?: string;
  readonly webhookSecret?: string;
};

const tenantId = 'demo';
const sessionName = 'default';

/** Makes what is missing and returns it all. Idempotent. */
export async function ensureDemoTenant({ config, ...given }: DemoTenantOptions): Promise<DemoTenant> {
  const derived = (name: string): string =>
    Buffer.from(hkdfSync('sha256', Buffer.from(config.MASTER_KEY, 'base64'), '', `demo ${name}`, 32)).toString(
      'base64url',
    );
  const demo: DemoTenant = {
    tenantId,
    projectId: derivedId('demo project', tenantId),
    channelId: derivedId('demo channel', tenantId),
    apiKey: given.apiKey ?? `msk_${derived('api key')}`,
    webhookSecret: given.webhookSecret ?? derived('webhook secret'),
    sessionName,
  };
  const database = openDatabase(config, { name: 'demo-tenant' });
  try {
    await inSystem(database.systemPool, (tx) =>
      tx.query("insert into tenants (tenant_id, name) values ($1, 'Demo shop') on conflict do nothing", [tenantId]),
    );
    await inTenant(database.pool, tenantId, (tx) => ensureInside(database, tx, demo));
  } finally {
    await database.close();
  }
  return demo;
}

async function ensureInside(database: Database, tx: Tx, demo: DemoTenant): Promise<void> {
  const { projectId, channelId } = demo;
  const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
  if ((await load(database, tx, aggregates.project, projectId)).sequence === 0) {
    const data = { projectId, tenantId, userId: derivedId('demo user', tenantId), name: 'Demo shop' };
    await execute(database, tx, aggregates.project, projectId, { type: 'project.create', data }, cause);
  }
  if ((await load(database, tx, aggregates.channel, channelId)).sequence === 0) {
    const data = { channelId, projectId, tenantId, name: 'WhatsApp', type: 'waha', externalId: sessionName };
    await execute(database, tx, aggregates.channel, channelId, { type: 'channel.create', data }, cause);
  }
  await storeChannelSecret(tx, database.keysOf, channelId, demo.webhookSecret);
  // One that was revoked works again: `npm start` says that it does.
  const { rowCount } = await tx.query(
    'update api_keys set revoked_at = null, scopes = $3 where tenant_id = $1 and key_hash = $2',
    [tenantId, hashApiKey(demo.apiKey), scopes],
  );
  if (rowCount === 0) await insertApiKey(tx, { id: database.ids.next(), key: demo.apiKey, name: 'Demo', scopes });
}
