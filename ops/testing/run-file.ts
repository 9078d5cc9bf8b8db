// Runs one test file in a process of its own and answers what passed and failed. A file that hangs is killed, and said which test it hung in.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectDir } from '../stack/paths.ts';
import { stepAside } from './step-aside.ts';

/** A test that failed: its file, its name and the whole error. */
export type TestFailure = { file: string; name: string; error: string };

/** What one file came to. `tests` counts all of its tests, `names` are those that passed, `said` is what tests tell of themselves, `output` what the file printed. */
export type FileResult = {
  file: string;
  tests: number;
  passed: number;
  names: string[];
  said: string[];
  skipped: number;
  failures: TestFailure[];
  seconds: number;
  output: string;
};

/** `timeoutMs`: after it the file is killed. `aside`: it computes with what other files leave over. */
export type RunFileOptions = { environment: Record<string, string>; timeoutMs?: number; aside?: boolean };

type Event =
  | { kind: 'began'; name: string; nesting: number }
  | { kind: 'said'; message: string }
  | {
      kind: 'ended';
      passed: boolean;
      suite: boolean;
      skipped: boolean;
      name: string;
      nesting: number;
      failureType?: string;
      error?: string;
    };

const reporter = pathToFileURL(path.join(import.meta.dirname, 'reporter.mjs')).href;
const running = new Set<ChildProcess>();

/** Ends the files that are under way. */
export function stopTestFiles(): void {
  for (const child of running) killGroup(child);
}

/** Runs `file`, a path from the project's folder. */
export async function runTestFile(
  file: string,
  { environment, timeoutMs = 420_000, aside = false }: RunFileOptions,
): Promise<FileResult> {
  const started = performance.now();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'test-events-'));
  const events = path.join(folder, 'events.jsonl');
  const reporting = [`--test-reporter=${reporter}`, `--test-reporter-destination=${events}`];
  const child = spawn(process.execPath, ['--import', 'tsx', ...reporting, path.resolve(projectDir, file)], {
    cwd: projectDir,
    // Inside a test run, node's runner would take the file for a part of that run.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: whatever the file has started ends with it.
    detached: true,
  });
  if (aside && child.pid) stepAside(child.pid);
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  running.delete(child);
  killGroup(child);
  const rows = readEvents(events);
  rmSync(folder, { recursive: true, force: true });
  const result = { ...resultOf(file, rows), seconds: (performance.now() - started) / 1000, output };
  if (timedOut) {
    const error = `It did not end within ${timeoutMs / 1000} s and was killed. ${unfinished(rows)}`;
    result.failures.push({ file, name: 'the file', error });
  } else if (code !== 0 && result.failures.length === 0) {
    result.failures.push({
      file,
      name: 'the file',
      error: `It ended with ${code === null ? 'a signal' : `exit code ${code}`}.\n${output}`,
    });
  }
  if (result.tests + result.skipped + result.failures.length === 0) {
    result.failures.push({ file, name: 'the file', error: `It holds no test.\n${output}` });
  }
  return result;
}

function resultOf(file: string, events: readonly Event[]): Omit<FileResult, 'seconds' | 'output'> {
  const ended = events.filter((event) => event.kind === 'ended');
  const tests = ended.filter(({ suite }) => !suite);
  const passed = tests.filter((one) => one.passed && !one.skipped);
  const failed = ended.filter(({ passed, failureType }) => !passed && failureType !== 'subtestsFailed');
  return {
    file,
    tests: tests.length,
    passed: passed.length,
    names: passed.map(({ name }) => name),
    said: events.flatMap((event) => (event.kind === 'said' ? [event.message] : [])),
    // A suite that is skipped counts as one.
    skipped: ended.filter(({ skipped }) => skipped).length,
    failures: failed.map(({ name, error }) => ({ file, name, error: error ?? 'no error was given' })),
  };
}

function unfinished(events: readonly Event[]): string {
  const open: string[] = [];
  for (const event of events) {
    if (event.kind === 'said') continue;
    const key = `${'  '.repeat(event.nesting)}${event.name}`;
    if (event.kind === 'began') open.push(key);
    else if (open.includes(key)) open.splice(open.indexOf(key), 1);
  }
  if (open.length === 0) return 'Every test had ended: something that keeps the process running was left open.';
  return `Tests that had begun and not ended:\n${open.join('\n')}`;
}

function readEvents(file: string): Event[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Event);
  } catch {
    return [];
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the whole group has ended
  }
}
