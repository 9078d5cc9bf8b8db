// Runs a program to its end and keeps what it printed. Never throws for an exit code; a program that isn't there has code 127.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';

type RunOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  timeoutMs?: number;
};

/** What a program left: exit code (128 + n for a signal, 127 for not found) and its output. */
export type RunResult = { code: number; stdout: string; stderr: string };

const running = new Set<ChildProcess>();

/** Ends every program that `run` has started: for a stop in the middle of an installation. */
export function stopRuns(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** Runs `command` with `args`; output is captured, input is empty. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeoutMs, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    running.add(child);
    const finish = (code: number) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      stderr += error.code === 'ENOENT' ? `${path.basename(command)} is not installed` : error.message;
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? (signal ? 137 : 1)));
  });
}

/** The real path of a program on PATH, or undefined. */
export function which(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (!folder) continue;
    try {
      const file = path.join(folder, name);
      accessSync(file, constants.X_OK);
      return realpathSync(file);
    } catch {
      // not in this folder
    }
  }
  return undefined;
}
