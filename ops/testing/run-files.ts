// Runs test files in node's test runner and answers what passed and failed, each failure with all its output.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { projectDir } from '../stack/paths.ts';

/** A test that failed: its file, its name and the whole error. */
export type TestFailure = { file: string; name: string; error: string };

/** What a set of files came to. `files` holds each file's count and time; `output` what files with failures printed. */
export type FilesResult = {
  passed: number;
  skipped: number;
  failures: TestFailure[];
  files: { file: string; tests: number; seconds: number }[];
  output: Map<string, string>;
};

type RunOptions = { atOnce: number; environment: Record<string, string> };
type Line =
  | { kind: 'output'; file?: string; text: string }
  | {
      kind: 'result';
      passed: boolean;
      suite: boolean;
      skipped: boolean;
      name: string;
      nesting: number;
      file?: string;
      durationMs: number;
      failureType?: string;
      error?: string;
    };

const fileTimeoutMs = 300_000;
const reporter = pathToFileURL(path.join(import.meta.dirname, 'reporter.mjs')).href;
const running = new Set<ChildProcess>();

/** Ends the runs that are under way. */
export function stopTestRuns(): void {
  for (const child of running) if (child.pid) killGroup(child.pid);
}

/** Runs the files, `atOnce` side by side. */
export async function runTestFiles(
  files: readonly string[],
  { atOnce, environment }: RunOptions,
): Promise<FilesResult> {
  const args = ['--import', 'tsx', '--test', `--test-concurrency=${atOnce}`, `--test-timeout=${fileTimeoutMs}`];
  const child = spawn(process.execPath, [...args, `--test-reporter=${reporter}`, ...files], {
    cwd: projectDir,
    // Inside a test run, node's runner would refuse to start another.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a run that is cut off leaves no test behind.
    detached: true,
  });
  running.add(child);
  const collect = createCollector();
  let strayOutput = '';
  child.stderr.on('data', (chunk) => {
    strayOutput += chunk;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line.startsWith('{"kind":')) collect.add(JSON.parse(line) as Line);
    else strayOutput += `${line}\n`;
  });
  const closed = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  const [code] = await Promise.all([closed, new Promise((resolve) => lines.once('close', resolve))]);
  running.delete(child);
  const result = collect.result();
  if (code !== 0 && result.failures.length === 0) {
    result.failures.push({
      file: files.join(' '),
      name: 'the test run itself',
      error: strayOutput || `exit code ${code}`,
    });
  }
  return result;
}

function createCollector() {
  const result: FilesResult = { passed: 0, skipped: 0, failures: [], files: [], output: new Map() };
  const rows = new Map<string, { file: string; tests: number; seconds: number }>();
  const name = (file: string | undefined) =>
    file ? path.relative(projectDir, path.resolve(projectDir, file)) : 'unknown file';
  return {
    add(line: Line): void {
      const file = name(line.file);
      if (line.kind === 'output') {
        result.output.set(file, (result.output.get(file) ?? '') + line.text);
        return;
      }
      const row = rows.get(file) ?? { file, tests: 0, seconds: 0 };
      rows.set(file, row);
      if (line.nesting === 0) row.seconds += line.durationMs / 1000;
      if (!line.suite) row.tests += 1;
      if (!line.passed && line.failureType !== 'subtestsFailed') {
        result.failures.push({ file, name: line.name, error: line.error ?? 'no error was given' });
      } else if (line.suite) return;
      else if (line.skipped) result.skipped += 1;
      else if (line.passed) result.passed += 1;
    },
    result(): FilesResult {
      result.files = [...rows.values()];
      return result;
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // it has ended by itself
  }
}
