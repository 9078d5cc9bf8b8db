// On what it was measured.
import { cpus, platform, totalmem } from 'node:os';
import amqp from 'amqplib';
import type pg from 'pg';

/** One line about the machine, one about the programs. */
export type Machine = { readonly hardware: string; readonly programs: string; readonly storage: string };

/** Asks the system and the servers. */
export async function describeMachine(admin: pg.Pool, amqpUrl: string): Promise<Machine> {
  const model = await amqp.connect(amqpUrl);
  const { product, version } = model.connection.serverProperties;
  await model.close();
  const { rows } = await admin.query<{ version: string }>("select current_setting('server_version') as version");
  const [cpu] = cpus();
  return {
    hardware: `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}`,
    programs: `Node ${process.versions.node}, PostgreSQL ${rows[0]?.version.split(' ')[0]}, ${product} ${version}`,
    storage: `a commit that is synced to disk takes ${(await commitMs(admin)).toFixed(2)} ms`,
  };
}

/** The median time of one small commit. */
async function commitMs(admin: pg.Pool): Promise<number> {
  const client = await admin.connect();
  try {
    await client.query('create table if not exists bench_flush (n integer)');
    const times: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const startedAt = performance.now();
      await client.query('insert into bench_flush values (1)');
      times.push(performance.now() - startedAt);
    }
    return times.sort((one, other) => one - other)[100] ?? Number.NaN;
  } finally {
    client.release();
  }
}
