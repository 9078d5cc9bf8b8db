// The API's process: wiring only. Stops by refusing new requests, ending streams, and finishing what is under way.
import { openDatabase } from '../db/deps.ts';
import { inSystem } from '../db/transaction.ts';
import { piiFieldNames } from '../domain/catalog.ts';
import { runProcess } from '../platform/lifecycle.ts';
import { createApp } from './app.ts';
import { createApiDeps } from './create-api-deps.ts';
import { listen } from './listen.ts';

await runProcess(
  'api',
  async ({ config, log, metrics, readiness, onStop }) => {
    const onError = (error: Error): void => log.warn({ err: error }, 'idle connection lost');
    const database = openDatabase(config, { name: 'api', onError });
    onStop('database', database.close);
    const stopping = new AbortController();
    const deps = await createApiDeps({ config, database, log, metrics, readiness, stopping: stopping.signal });
    onStop('temporal', () => deps.temporal.close());
    onStop('timeline bell', () => deps.timelineBell.close());
    onStop('saga starts', () => deps.sagaStarts.drain());
    readiness.add('database', async () => void (await database.pool.query('select 1')));
    readiness.add('database (system role)', () =>
      inSystem(database.systemPool, async (tx) => void (await tx.query('select 1'))),
    );
    readiness.add('temporal', () => deps.temporal.ping());
    const server = await listen(createApp(deps), { host: config.API_HOST, port: config.API_PORT });
    onStop('requests', () => {
      stopping.abort();
      return server.close();
    });
    log.info({ address: server.address }, 'listening');
  },
  { personalFields: piiFieldNames() },
);
