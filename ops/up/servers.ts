// The development servers: each is started unless an address in the environment stands for it, and started again should it die.
import path from 'node:path';
import { dataDir } from '../stack/paths.ts';
import { findPostgres, startPostgres } from '../stack/postgres.ts';
import { findRabbitmq, startRabbitmq } from '../stack/rabbitmq.ts';
import type { ServerOptions } from '../stack/server.ts';
import { findTemporal, startTemporal } from '../stack/temporal.ts';
import type { Stages } from './stages.ts';
import type { Watch } from './watch.ts';

/** Where the database is: `adminUrl` unset = given by DATABASE_URL. */
export type DevPostgres = { adminUrl?: string };

/** What processes get to reach the broker, and its management page for people. */
export type DevRabbitmq = { AMQP_URL: string; managementUrl?: string };

/** What processes get to reach Temporal. */
export type DevTemporal = { TEMPORAL_ADDRESS: string; TEMPORAL_UI_URL?: string };

/** PostgreSQL's stage. */
export async function devPostgres(stages: Stages, watch: Watch): Promise<DevPostgres> {
  if (process.env['DATABASE_URL'])
    return stages.run(
      'postgres',
      async () => ({}),
      () => 'given by DATABASE_URL',
    );
  const options = optionsFor('postgres', { postgres: 5432 });
  const running = await stages.run(
    'postgres',
    (say) => startPostgres({ ...options, say }),
    ({ port, origin }) => `${origin} on 127.0.0.1:${port}`,
  );
  const find = () => findPostgres(options.stateDir);
  await watch.add('postgres', find, (say) => startPostgres({ ...options, say }));
  return { adminUrl: running.adminUrl };
}

/** RabbitMQ's stage. */
export async function devRabbitmq(stages: Stages, watch: Watch): Promise<DevRabbitmq> {
  const given = process.env['AMQP_URL'];
  if (given) {
    const managementUrl = process.env['AMQP_MANAGEMENT_URL'];
    const answer = { AMQP_URL: given, ...(managementUrl ? { managementUrl } : {}) };
    return stages.run(
      'rabbitmq',
      async () => answer,
      () => 'given by AMQP_URL',
    );
  }
  const options = optionsFor('rabbitmq', { amqp: 5672, management: 15_672, distribution: 25_672, epmd: 4_379 });
  const { amqpUrl, managementUrl } = await stages.run(
    'rabbitmq',
    (say) => startRabbitmq({ ...options, say }),
    (running) => `${running.origin} on ${new URL(running.amqpUrl).host}`,
  );
  const find = () => findRabbitmq(options.stateDir);
  await watch.add('rabbitmq', find, (say) => startRabbitmq({ ...options, say }));
  return { AMQP_URL: amqpUrl, managementUrl };
}

/** Temporal's stage; `codecEndpoint` is where its Web UI has sealed payloads opened. */
export async function devTemporal(stages: Stages, watch: Watch, codecEndpoint: string): Promise<DevTemporal> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) {
    const ui = process.env['TEMPORAL_UI_URL'];
    const answer = { TEMPORAL_ADDRESS: given, ...(ui ? { TEMPORAL_UI_URL: ui } : {}) };
    return stages.run(
      'temporal',
      async () => answer,
      () => 'given by TEMPORAL_ADDRESS',
    );
  }
  const options = { ...optionsFor('temporal', { grpc: 7233, ui: 8233, http: 7243, metrics: 7253 }), codecEndpoint };
  const { address, uiUrl } = await stages.run(
    'temporal',
    (say) => startTemporal({ ...options, say }),
    (running) => `${running.origin} on ${running.address}`,
  );
  const find = () => findTemporal(options.stateDir);
  await watch.add('temporal', find, (say) => startTemporal({ ...options, say }));
  return { TEMPORAL_ADDRESS: address, TEMPORAL_UI_URL: uiUrl };
}

function optionsFor(name: string, ports: Record<string, number>): Omit<ServerOptions, 'say'> {
  return { stateDir: path.join(dataDir, name), durable: true, ports };
}
