// An OAuth credential of a tenant of its own, whose server is the sandbox.
import { randomUUID } from 'node:crypto';
import { readSecrets, storeSecrets } from '../../db/credential-secrets.ts';
import { inTenant } from '../../db/transaction.ts';
import type { TokenSandbox } from '../../ops/sandbox/oauth/sandbox.ts';
import { refreshWorkflowId, workflowNames } from '../../workflows/names.ts';
import type { Product } from './product.ts';
import { type Command, runCommand } from './run-command.ts';

/** Sets one up; it holds for so many seconds more. A public client has no secret. */
export async function credentialStage(
  product: Product,
  sandbox: TokenSandbox,
  { seconds, clientSecret = 'p+ss: w%rd' }: { readonly seconds: number; readonly clientSecret?: string | null },
) {
  const { tenantId } = await product.openShop();
  const { database, temporal, stack } = product;
  const credentialId = randomUUID();
  const run = (...command: Command) => runCommand({ database, tenantId }, ...command);
  const client = {
    clientId: `shop ${credentialId}`,
    ...(clientSecret !== null && { clientSecret }),
    refreshToken: String(randomUUID()),
  };
  sandbox.clients.push(client);
  const secrets = { accessToken: 'old', ...client, tokenUrl: sandbox.url };
  const expiresAt = new Date(Date.now() + seconds * 1_000).toISOString();
  const data = {
    credentialId,
    tenantId,
    credentialType: 'oauth',
    name: 'Ads',
    secretNames: Object.keys(secrets),
    expiresAt,
  };
  await run('credential', credentialId, 'credential.create', data);
  await inTenant(database.pool, tenantId, (tx) => storeSecrets(tx, database.keysOf, credentialId, secrets));
  const query = async <Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row[]> =>
    (await inTenant(database.pool, tenantId, (tx) => tx.query<Row>(sql, [tenantId, ...values]))).rows;
  // Halfway between then and its end.
  await query("update credentials set created_at = now() - interval '1 hour' where tenant_id = $1");
  return {
    tenantId,
    credentialId,
    client,
    run,
    query,
    store: (given: object) =>
      inTenant(database.pool, tenantId, (tx) =>
        storeSecrets(tx, database.keysOf, credentialId, { ...secrets, ...given }),
      ),
    secrets: () => inTenant(database.pool, tenantId, (tx) => readSecrets(tx, database.keysOf, credentialId)),
    row: async () =>
      (
        await query<{ status: string; expiresAt: Date }>(
          'select status, expires_at as "expiresAt" from credentials where tenant_id = $1',
        )
      )[0],
    refreshes: () =>
      query<{ id: string; attempts: number; outcome: string | null }>(
        'select id, attempts, outcome from credential_refreshes where tenant_id = $1 order by requested_at',
      ),
    told: async () =>
      (
        await query<{ type: string }>(
          "select event_type as type from outbox_events where tenant_id = $1 and event_type like 'credential.%' order by id",
        )
      ).map(({ type }) => type.replace('credential.', '')),
    handleOf: (refreshId: string) => temporal.client.workflow.getHandle(refreshWorkflowId(refreshId)),
    /** Looks as the schedule does. */
    tend: () =>
      temporal.client.workflow.execute(workflowNames.tendCredentials, {
        taskQueue: stack.taskQueue,
        workflowId: `tend-${randomUUID()}`,
      }) as Promise<{ expired: number; begun: number }>,
  };
}
