// Starts and stops the project's own Temporal server with its Web UI on loopback. One left running by an earlier start is adopted.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { dynamicConfig } from './dynamic-config.ts';
import { isListener } from './listener.ts';
import { pickPort } from './ports.ts';
import { endProcesses, findProcesses } from './processes.ts';
import { type Origin, type ServerOptions, sameSettings } from './server.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { temporalBinary } from './temporal-binary.ts';
import { waitReady } from './wait-ready.ts';

/** Address of the server's gRPC port and of its Web UI. */
export type RunningTemporal = { address: string; uiUrl: string; origin: Origin };

/** `codecEndpoint`: where the Web UI has sealed payloads opened. */
export type TemporalOptions = ServerOptions & { codecEndpoint?: string };

/** Starts or adopts the server whose state is in `stateDir`. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  mkdirSync(options.stateDir, { recursive: true });
  const binary = await temporalBinary(options.say);
  const known = readServerFile(options.stateDir);
  const settings = serverSettings(options);
  const running = await findTemporal(options.stateDir);
  if (running.length > 0) {
    if (known && sameSettings(known.settings, settings) && (await answers(running[0], known.ports['grpc'] ?? 0))) {
      return running.length === 1 ? describe(known.ports, 'adopted') : restart();
    }
    return restart();
  }
  return launch();

  async function restart(): Promise<RunningTemporal> {
    options.say('replacing a Temporal server that an earlier start left behind');
    await endProcesses(running, 'SIGTERM', 6_000);
    return launch();
  }

  async function launch(): Promise<RunningTemporal> {
    const ports: Record<string, number> = {};
    for (const name of ['grpc', 'ui', 'http', 'metrics']) {
      const preferred = known?.ports[name] ?? options.ports[name] ?? 0;
      ports[name] = await pickPort(`Temporal (${name})`, preferred, options.say);
    }
    writeServerFile(options.stateDir, { ports, settings });
    const logFile = path.join(options.stateDir, 'temporal.log');
    const log = openSync(logFile, 'a');
    // Its own environment: TEMPORAL_… variables of the caller are meant for clients and would change the server.
    const env = { PATH: process.env['PATH'], HOME: options.stateDir };
    const args = ['server', 'start-dev', ...portArguments(ports), ...settings];
    const child = spawn(binary, args, { detached: true, stdio: ['ignore', log, log], env });
    let ended = false;
    child.on('exit', () => {
      ended = true;
    });
    child.on('error', () => {
      ended = true;
    });
    await waitReady({
      name: 'Temporal',
      ready: () => answers(child.pid, ports['grpc'] ?? 0),
      ended: () => ended,
      logFile,
      timeoutMs: 60_000,
    });
    child.unref();
    return describe(ports, 'started');
  }
}

/** Stops the server of `stateDir`, if it runs. */
export async function stopTemporal(stateDir: string): Promise<void> {
  await endProcesses(await findTemporal(stateDir), 'SIGTERM', 5_000);
}

/** The processes of the server of `stateDir`. */
export function findTemporal(stateDir: string): Promise<number[]> {
  return findProcesses('temporal', databaseFile(stateDir));
}

function databaseFile(stateDir: string): string {
  return path.join(stateDir, 'temporal.db');
}

function describe(ports: Record<string, number>, origin: Origin): RunningTemporal {
  return { address: `127.0.0.1:${ports['grpc']}`, uiUrl: `http://127.0.0.1:${ports['ui']}`, origin };
}

function portArguments(ports: Record<string, number>): string[] {
  return [
    ...['--ip', '127.0.0.1', '--port', String(ports['grpc'])],
    ...['--ui-ip', '127.0.0.1', '--ui-port', String(ports['ui'])],
    ...['--http-port', String(ports['http']), '--metrics-port', String(ports['metrics'])],
  ];
}

function serverSettings(options: TemporalOptions): string[] {
  const synchronous = options.durable ? 'NORMAL' : 'OFF';
  return [
    ...['--db-filename', databaseFile(options.stateDir)],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', `synchronous=${synchronous}`],
    ...['--log-level', 'warn', '--log-format', 'json'],
    ...dynamicConfig().flatMap((setting) => ['--dynamic-config-value', setting]),
    ...(options.codecEndpoint ? ['--ui-codec-endpoint', options.codecEndpoint] : []),
  ];
}

/** Whether process `pid` is the one on `port`, speaks gRPC and knows its default namespace. */
async function answers(pid: number | undefined, port: number): Promise<boolean> {
  if (!(await isListener(pid, port))) return false;
  const settings = { address: `127.0.0.1:${port}`, connectTimeout: 1_000 };
  const connection = await Connection.connect(settings).catch(() => undefined);
  if (!connection) return false;
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
