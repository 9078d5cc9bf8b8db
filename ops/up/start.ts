// The stages of `npm start` in their order; what doesn't wait for another runs beside it.
import { loadConfig } from '../../platform/config.ts';
import { localCodecPath } from '../../platform/crypto/local-codec-path.ts';
import { ensureDemoTenant } from '../demo-tenant.ts';
import { dataDir } from '../stack/paths.ts';
import { isSameProcess } from '../stack/process-mark.ts';
import { endProcesses } from '../stack/processes.ts';
import { type DatabaseUrls, prepareGivenDatabase, prepareOwnDatabase } from './database.ts';
import { connectLocalSession } from './local-session.ts';
import { pickProcessPorts, processSpecs } from './processes.ts';
import { loadSecrets } from './secrets.ts';
import { devPostgres, devRabbitmq, devTemporal } from './servers.ts';
import type { Stages } from './stages.ts';
import { type DemoTenant, readState, type StackState, writeState } from './state-file.ts';
import type { Supervisor } from './supervisor.ts';
import { prepareNamespace } from './temporal.ts';
import type { Watch } from './watch.ts';

/** What the stages work with. `state` is filled as they go and written at every step. */
export type StartOptions = {
  stages: Stages;
  supervisor: Supervisor;
  watch: Watch;
  state: StackState;
  serversOnly: boolean;
};

/** Brings everything up; the state is `ready` afterwards. */
export async function startStack({ stages, supervisor, watch, state, serversOnly }: StartOptions): Promise<void> {
  await endLeftOvers(stages);
  const secrets = loadSecrets(dataDir);
  const ports = await pickProcessPorts(stages.say);
  const api = `http://127.0.0.1:${ports.api}`;

  const core = async () => {
    const [postgres, temporal] = await all([
      devPostgres(stages, watch).then(({ adminUrl }) => migrateStage(stages, adminUrl, secrets.rolePassword)),
      devTemporal(stages, watch, `${api}${localCodecPath(secrets.MASTER_KEY)}`),
    ]);
    Object.assign(state.environment, {
      ...postgres,
      ...temporal,
      MASTER_KEY: secrets.MASTER_KEY,
      TEMPORAL_CODEC_KEY: secrets.TEMPORAL_CODEC_KEY,
      API_PORT: String(ports.api),
      API_PUBLIC_URL: process.env['API_PUBLIC_URL'] || api,
      WAHA_URL: process.env['WAHA_URL'] || `http://127.0.0.1:${ports.waha}`,
    });
    Object.assign(state.addresses, {
      postgres: withoutUser(postgres.DATABASE_URL),
      temporal: temporal.TEMPORAL_ADDRESS,
      temporalUi: temporal.TEMPORAL_UI_URL,
    });
    await namespaceStage(stages, state);
    if (serversOnly) return;
    Object.assign(state.addresses, { api, docs: `${api}/docs`, waha: state.environment['WAHA_URL'] });
    state.demo = await demoStage(stages, state);
    await startProcesses({ withBroker: false });
  };
  const broker = async () => {
    const { AMQP_URL, managementUrl } = await devRabbitmq(stages, watch);
    state.environment['AMQP_URL'] = AMQP_URL;
    if (managementUrl) state.environment['AMQP_MANAGEMENT_URL'] = managementUrl;
    Object.assign(state.addresses, { amqp: withoutUser(AMQP_URL), rabbitmqManagement: managementUrl });
  };
  const startProcesses = ({ withBroker }: { withBroker: boolean }) => {
    const specs = processSpecs(state.environment, ports).filter((spec) => spec.withBroker === withBroker);
    const shown = (port: number) => () => `ready on port ${port}`;
    return all(specs.map((spec) => stages.run(spec.name, () => supervisor.start(spec), shown(spec.readyPort))));
  };

  // RabbitMQ takes longest by far; what can do without it doesn't wait for it.
  await all([core(), broker()]);
  if (!serversOnly) await startProcesses({ withBroker: true });
  // A gateway of the user's own is not ours to configure.
  if (!serversOnly && ports.waha !== undefined) {
    await stages.run(
      'demo channel',
      () => connectLocalSession(state),
      () => 'its session is connected',
    );
  }
  state.phase = 'ready';
  writeState(state);
}

function migrateStage(stages: Stages, adminUrl: string | undefined, password: string): Promise<DatabaseUrls> {
  const done = stages.run(
    'migrate',
    (say) => (adminUrl ? prepareOwnDatabase(adminUrl, password, say) : prepareGivenDatabase(password, say)),
    ([, applied]) => (applied.length > 0 ? `applied ${applied.length}` : 'nothing to do'),
  );
  return done.then(([urls]) => urls);
}

async function namespaceStage(stages: Stages, { environment }: StackState): Promise<void> {
  const said = ({ added, schedules }: Awaited<ReturnType<typeof prepareNamespace>>) => {
    const attributes = added.length > 0 ? `added ${added.join(', ')}` : 'all there';
    return `${attributes}; schedules: ${schedules.join(', ')}`;
  };
  await stages.run('search attributes', () => prepareNamespace(environment), said);
}

function demoStage(stages: Stages, { environment }: StackState): Promise<DemoTenant> {
  const config = loadConfig({ ...process.env, ...environment });
  const make = () => ensureDemoTenant({ config });
  return stages.run('demo tenant', make, ({ tenantId }) => tenantId);
}

/** Processes of a launcher that was killed may still be ending: they would hold ports and leases. */
async function endLeftOvers(stages: Stages): Promise<void> {
  const left = Object.values(readState()?.processes ?? {}).filter(
    (mark) => mark.pid !== process.pid && isSameProcess(mark),
  );
  if (left.length === 0) return;
  stages.say(`ending ${left.length} processes that an earlier start left behind`);
  await endProcesses(
    left.map(({ pid }) => pid),
    'SIGTERM',
    4_000,
  );
}

/** Like Promise.all, but waits for all to settle before it throws, so that nothing goes on behind an error and none is left unsaid. */
async function all<T extends readonly unknown[]>(works: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(works);
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
  if (reasons.length > 0) throw new Error(reasons.join('\n\n'));
  return Promise.all(works) as unknown as Promise<T>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withoutUser(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
