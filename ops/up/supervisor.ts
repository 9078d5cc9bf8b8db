// Runs our own processes: starts each, waits for its /readyz, starts it again when it dies (saying so), and ends them all.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isListener } from '../stack/listener.ts';
import { dataDir, projectDir } from '../stack/paths.ts';
import { markProcess, type ProcessMark } from '../stack/process-mark.ts';
import { endProcesses } from '../stack/processes.ts';
import type { Say } from '../stack/server.ts';
import { logEnd } from '../stack/wait-ready.ts';

/** One of our processes: the file it runs, its environment, the port that answers /readyz, and how far it stands back when the machine is busy (0–19). */
export type ProcessSpec = {
  name: string;
  file: string;
  environment: Record<string, string>;
  readyPort: number;
  niceness: number;
};

/** Starts and ends processes. `onChange` is told the marks of those that run, so that they can be found after a crash. */
export type Supervisor = {
  start(spec: ProcessSpec): Promise<void>;
  stop(): Promise<void>;
};

const guard = pathToFileURL(path.join(import.meta.dirname, 'child-guard.mjs')).href;
const readyTimeoutMs = 90_000;
const stopGraceMs = 4_000;
const keepLogBytes = 20_000_000;

/** Makes the supervisor. */
export function createSupervisor(
  say: Say,
  onChange: (marks: Record<string, ProcessMark>) => void,
  logDir: string = path.join(dataDir, 'logs'),
): Supervisor {
  const logOf = (name: string) => path.join(logDir, `${name}.log`);
  const running = new Map<string, ChildProcess>();
  let stopping = false;

  function launch(spec: ProcessSpec): ChildProcess {
    const log = openLog(logOf(spec.name));
    const child = spawn(process.execPath, ['--import', 'tsx', '--import', guard, spec.file], {
      cwd: projectDir,
      env: { ...process.env, ...spec.environment },
      // A group of its own: Ctrl-C reaches the launcher only, which ends its processes in order.
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    if (child.pid && spec.niceness > 0) setPriority(child.pid, spec.niceness);
    child.stdin?.on('error', () => undefined);
    running.set(spec.name, child);
    publish();
    child.once('exit', () => {
      if (running.get(spec.name) === child) running.delete(spec.name);
      publish();
    });
    return child;
  }

  function publish(): void {
    const marks = [...running].flatMap(([name, child]) => (child.pid ? [[name, markProcess(child.pid)] as const] : []));
    if (!stopping) onChange(Object.fromEntries(marks));
  }

  function keepAlive(spec: ProcessSpec, child: ChildProcess, attempt: number): void {
    const began = Date.now();
    child.once('exit', (code, signal) => {
      if (stopping) return;
      const next = Date.now() - began > 30_000 ? 0 : attempt + 1;
      const waitMs = Math.min(250 * 2 ** next, 10_000);
      say(
        `${spec.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${waitMs / 1000} s. Its log: ${shown(logOf(spec.name))}`,
      );
      void delay(waitMs).then(() => restart(spec, next));
    });
  }

  async function restart(spec: ProcessSpec, attempt: number): Promise<void> {
    if (stopping) return;
    const child = launch(spec);
    keepAlive(spec, child, attempt);
    await untilReady(spec, child, logOf(spec.name)).then(
      () => say(`${spec.name} is ready again`),
      () => undefined,
    );
  }

  return {
    async start(spec) {
      const child = launch(spec);
      await untilReady(spec, child, logOf(spec.name));
      keepAlive(spec, child, 0);
    },
    async stop() {
      stopping = true;
      const pids = [...running.values()].flatMap((child) => (child.pid ? [child.pid] : []));
      await endProcesses(pids, 'SIGTERM', stopGraceMs);
    },
  };
}

async function untilReady(spec: ProcessSpec, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    if ((await isReady(spec.readyPort)) && (await isListener(child.pid, spec.readyPort))) return;
    if (child.exitCode !== null || child.signalCode !== null) throw failure(spec, 'ended while starting', log);
    await delay(50);
  }
  throw failure(spec, `was not ready within ${readyTimeoutMs / 1000} s`, log);
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function failure(spec: ProcessSpec, what: string, log: string): Error {
  return new Error(`${spec.name} ${what}. The end of its log (${shown(log)}):\n${logEnd(log)}`);
}

function shown(file: string): string {
  return path.relative(projectDir, file);
}

function openLog(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > keepLogBytes) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}
