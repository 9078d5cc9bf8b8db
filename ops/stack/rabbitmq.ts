// Starts and stops the project's own RabbitMQ node with its own port mapper on loopback. One left running by an earlier start is adopted.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastLine } from './missing-part.ts';
import { folderKey } from './paths.ts';
import { plainPath } from './plain-path.ts';
import { pickPort } from './ports.ts';
import { endProcesses, findProcesses, isAlive } from './processes.ts';
import { type RabbitmqBinary, rabbitmqBinary } from './rabbitmq-binary.ts';
import { type RabbitmqPorts, writeRabbitmqFolder } from './rabbitmq-folder.ts';
import { type RunResult, run } from './run.ts';
import type { Origin, Say, ServerOptions } from './server.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { waitReady } from './wait-ready.ts';

/** Connection URL, and address of the management page with its user and password. */
export type RunningRabbitmq = { amqpUrl: string; managementUrl: string; origin: Origin };

const firstStartDone = 'first start done';

/** Starts or adopts the node whose state is in `stateDir`. */
export async function startRabbitmq(options: ServerOptions): Promise<RunningRabbitmq> {
  mkdirSync(options.stateDir, { recursive: true });
  const stateDir = plainPath(options.stateDir);
  const binary = await rabbitmqBinary(options.say);
  const nodeName = nodeNameOf(options.stateDir);
  const known = readServerFile(options.stateDir);
  const running = await findRabbitmq(options.stateDir);
  const left = [...running, ...(await findProcesses('epmd', epmdName(nodeName)))];
  if (running.length > 0 && known?.password) {
    const ports = known.ports as RabbitmqPorts;
    if (await answersWithin(15_000, options.stateDir, ports, known.password)) {
      writeServerFile(options.stateDir, { ...known, settings: [firstStartDone] });
      return describe(ports, known.password, 'adopted');
    }
  }
  if (left.length > 0) {
    if (running.length > 0) options.say('replacing a RabbitMQ that an earlier start left behind');
    await endProcesses(left, 'SIGTERM', 8_000);
  }
  // A first start that never got ready may have left a node without its user: begin again.
  if (!known?.settings.includes(firstStartDone))
    rmSync(path.join(options.stateDir, 'mnesia'), { recursive: true, force: true });
  const password = known?.password ?? randomBytes(9).toString('hex');
  const ports = await pickPorts(options, known?.ports);
  writeServerFile(options.stateDir, { ports, settings: known?.settings ?? [], password });
  await launch(stateDir, binary, nodeName, ports, password);
  writeServerFile(options.stateDir, { ports, settings: [firstStartDone], password });
  return describe(ports, password, 'started');
}

/** Stops the node of `stateDir` and its port mapper, if they run. */
export async function stopRabbitmq(stateDir: string): Promise<void> {
  // The queues are closed within 0.1 s; then the management plugin sits out 5 s of a time-out that nobody needs.
  await endProcesses(await findRabbitmq(stateDir), 'SIGTERM', 2_500);
  await endProcesses(await findProcesses('epmd', epmdName(nodeNameOf(stateDir))), 'SIGTERM', 1_000);
}

/** Runs `rabbitmqctl` on the node of `stateDir`, which must have been started here: it knows no other. Throws what the program said. */
export async function rabbitmqctl(stateDir: string, args: readonly string[], say: Say): Promise<void> {
  const known = readServerFile(stateDir);
  if (!known?.password) throw new Error(`No RabbitMQ was ever started in ${stateDir}.`);
  const binary = await rabbitmqBinary(say);
  const ports = known.ports as RabbitmqPorts;
  const env = writeRabbitmqFolder(plainPath(stateDir), nodeNameOf(stateDir), ports, known.password, binary);
  const { code, stdout, stderr }: RunResult = await run(path.join(binary.sbin, 'rabbitmqctl'), args, {
    env,
    cwd: stateDir,
    timeoutMs: 60_000,
  });
  if (code !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${lastLine(`${stdout}\n${stderr}`)}`);
}

/** The processes of the node of `stateDir`. */
export function findRabbitmq(stateDir: string): Promise<number[]> {
  return findProcesses('beam.smp', homeOf(stateDir));
}

function nodeNameOf(stateDir: string): string {
  return `messaging-${folderKey(stateDir)}@localhost`;
}

/** The node's home folder stands in its command line and tells it from every other Erlang program. */
function homeOf(stateDir: string): string {
  return path.join(plainPath(stateDir), 'home');
}

/** The port mapper has no argument of its own to tell it by, so it is started under this name. */
function epmdName(nodeName: string): string {
  return `epmd:${nodeName}`;
}

function describe(ports: RabbitmqPorts, password: string, origin: Origin): RunningRabbitmq {
  return {
    amqpUrl: `amqp://app:${password}@127.0.0.1:${ports.amqp}`,
    managementUrl: `http://app:${password}@127.0.0.1:${ports.management}`,
    origin,
  };
}

async function pickPorts(options: ServerOptions, known: Record<string, number> | undefined): Promise<RabbitmqPorts> {
  const pick = (name: string) => pickPort(`RabbitMQ (${name})`, known?.[name] ?? options.ports[name] ?? 0, options.say);
  return {
    amqp: await pick('amqp'),
    management: await pick('management'),
    distribution: await pick('distribution'),
    epmd: await pick('epmd'),
  };
}

async function launch(
  stateDir: string,
  binary: RabbitmqBinary,
  nodeName: string,
  ports: RabbitmqPorts,
  password: string,
): Promise<void> {
  const env = writeRabbitmqFolder(stateDir, nodeName, ports, password, binary);
  const logFile = path.join(stateDir, 'rabbitmq.log');
  const log = openSync(logFile, 'a');
  // Our own epmd: else the node starts a daemon that outlives it and serves every Erlang program of the machine. Its first argument names it.
  const epmd = spawn(binary.epmd, ['-port', String(ports.epmd), '-address', '127.0.0.1'], {
    argv0: epmdName(nodeName),
    detached: true,
    cwd: stateDir,
    stdio: ['ignore', log, log],
    env,
  });
  const server = spawn(path.join(binary.sbin, 'rabbitmq-server'), [], {
    detached: true,
    cwd: stateDir,
    stdio: ['ignore', log, log],
    env,
  });
  const ended = () => server.exitCode !== null || server.pid === undefined || !isAlive(server.pid);
  server.on('error', () => undefined);
  epmd.on('error', () => undefined);
  const ready = () => answers(ports, password, nodeName);
  await waitReady({ name: 'RabbitMQ', ready, ended, logFile, timeoutMs: 90_000 });
  epmd.unref();
  server.unref();
}

async function answersWithin(
  timeoutMs: number,
  stateDir: string,
  ports: RabbitmqPorts,
  password: string,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await answers(ports, password, nodeNameOf(stateDir))) return true;
    if ((await findRabbitmq(stateDir)).length === 0) return false;
    await delay(100);
  }
  return false;
}

/** Whether the broker itself says that it is our node and that it takes AMQP connections, the last thing it opens. */
async function answers(ports: RabbitmqPorts, password: string, nodeName: string): Promise<boolean> {
  // Not kept open: at its stop the node would wait 5 s for idle connections of the management page.
  const connection = 'close';
  const headers = { connection, authorization: `Basic ${Buffer.from(`app:${password}`).toString('base64')}` };
  const api = `http://127.0.0.1:${ports.management}/api`;
  try {
    const overview = await fetch(`${api}/overview`, { headers, signal: AbortSignal.timeout(2_000) });
    if (!overview.ok || ((await overview.json()) as { node?: string }).node !== nodeName) return false;
    const listener = `${api}/health/checks/port-listener/${ports.amqp}`;
    return (await fetch(listener, { headers, signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
