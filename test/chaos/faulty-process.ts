// A process with a fault, named by CHAOS_FAULT, that SIGUSR2 brings out: for the controls of "no process ends by itself" and of "all is given back".
import pg from 'pg';
import { measureDatabase } from '../../db/measure-database.ts';
import { createPool } from '../../db/pool.ts';
import { startHealthServer } from '../../platform/health-server.ts';
import { runProcess } from '../../platform/lifecycle.ts';
import type { Fault } from './leaks.ts';

const hoard: unknown[] = [];

await runProcess('faulty-process', async ({ config, log, metrics, readiness, onStop }) => {
  measureDatabase(metrics);
  const pool = createPool({ url: config.DATABASE_URL, size: 4, name: 'faulty' });
  const faults: Record<Fault, () => Promise<unknown>> = {
    // Nobody waits for it.
    rejection: async () => void Promise.reject(new Error('nobody waits for this')),
    memory: async () => hoard.push(Buffer.alloc(256 * 1024 * 1024, 1)),
    // Its client is not given back when it can't begin.
    client: async () => {
      const client = await pool.connect();
      await client.query('begin transaction isolation level nonsense').catch(() => hoard.push(client));
    },
    // One for each call, past the pool.
    connection: async () => {
      for (let call = 0; call < 3; call += 1) {
        const client = new pg.Client({ connectionString: config.DATABASE_URL });
        hoard.push(client);
        await client.connect();
      }
    },
  };
  process.on('SIGUSR2', () => {
    void faults[(process.env['CHAOS_FAULT'] ?? 'rejection') as Fault]().then(() => console.log('the fault is there'));
  });
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  const health = await startHealthServer({ host, port, readiness, metrics, log });
  onStop('health server', health.close);
});
