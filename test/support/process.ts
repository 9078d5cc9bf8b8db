// Starts one of our processes as a deployment would, for tests that kill it: waits for /readyz, keeps its output, ends it with the test.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectDir } from '../../ops/stack/paths.ts';
import { pickPort } from '../../ops/stack/ports.ts';
import { endProcesses, isAlive } from '../../ops/stack/processes.ts';
import { eventually } from './eventually.ts';

type ProcessOptions = {
  /** From the project's folder: `api/server.ts`, `workers/relay.ts`. */
  file: string;
  /** Usually `stack.environment`. */
  environment: Record<string, string>;
  /** The folder of another version of the project. */
  folder?: string;
  /** A port to listen on; a free one when unset. Give it to start a process again under its old address. */
  port?: number;
  /** What tells that it can begin; `/healthz` for one that is to start while a server it needs is away. */
  readyPath?: '/readyz' | '/healthz';
  readyTimeoutMs?: number;
};

/** A running process. `url` answers /healthz, /readyz and /metrics (and the API, for the API). */
export type TestProcess = {
  pid: number;
  port: number;
  url: string;
  /** Everything it has printed. */
  output(): string;
  /** SIGKILL, as a crash; resolves when it has gone. */
  kill(): Promise<void>;
  /** SIGTERM, as a deployment; answers the exit code, or null when it had to be killed after 10 s. */
  stop(): Promise<number | null>;
  /** SIGSTOP, SIGCONT and the like. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has gone, however. */
  readonly exited: Promise<ProcessExit>;
};

/** How a process ended. */
export type ProcessExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

// The same guard as under the launcher: a test file that is cut off leaves no process behind.
const guard = pathToFileURL(path.join(projectDir, 'ops/up/child-guard.mjs')).href;

/** Starts the process and waits until it is ready. Throws with its output when it ends before. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const { file, environment, folder = projectDir, readyPath = '/readyz', readyTimeoutMs = 30_000 } = options;
  const port = options.port ?? (await pickPort(`${file} ${Math.random()}`, 0, () => undefined));
  const url = `http://127.0.0.1:${port}`;
  const own = file.startsWith('api/')
    ? { API_PORT: String(port), API_PUBLIC_URL: url }
    : { METRICS_PORT: String(port) };
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', guard, file], {
    cwd: folder,
    // A process under test is not a test: node's runner marks its children with this variable.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...environment, ...own },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  child.stdin.on('error', () => undefined);
  const exited = new Promise<ProcessExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const pid = child.pid ?? 0;

  await eventually(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null) return 'ended';
      return (await fetch(`${url}${readyPath}`, { signal: AbortSignal.timeout(2_000) })).ok;
    },
    { timeoutMs: readyTimeoutMs },
  ).catch(async (error: unknown) => {
    await endProcesses([pid], 'SIGKILL', 0);
    throw new Error(`${file} did not get ready (${error instanceof Error ? error.message : error}).\n${output}`);
  });
  if (!isAlive(pid)) throw new Error(`${file} ended while starting.\n${output}`);

  return {
    pid,
    port,
    url,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      await endProcesses([pid], 'SIGTERM', 10_000);
      return (await exited).code;
    },
    signal: (signal) => void child.kill(signal),
    exited,
  };
}
