// Counts stages and tests, prints them compactly, and everything about what failed. The last line is `N passed, N failed`.
import { secondsSince } from '../up/stages.ts';
import type { FilesResult } from './run-files.ts';

/** What one stage without tests came to. */
export type StageResult = { passed: boolean; output: string };

/** The running count. */
export type Tally = {
  stage(name: string, work: () => Promise<StageResult>): Promise<boolean>;
  group(name: string, work: () => Promise<FilesResult>): Promise<void>;
  /** Prints the last line and answers the exit code. */
  close(): number;
};

/** Makes a tally that prints through `print`. */
export function createTally(print: (line: string) => void = console.log): Tally {
  let passed = 0;
  let failed = 0;

  return {
    async stage(name, work) {
      const started = performance.now();
      const result = await work().catch((error: unknown) => ({ passed: false, output: messageOf(error) }));
      print(`${result.passed ? '✔' : '✘'} ${name.padEnd(14)} ${secondsSince(started).padStart(8)}`);
      if (result.passed) passed += 1;
      else {
        failed += 1;
        print(indent(result.output));
      }
      return result.passed;
    },
    async group(name, work) {
      const started = performance.now();
      const result = await work();
      passed += result.passed;
      failed += result.failures.length;
      const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
      const bad = result.failures.length > 0 ? `, ${result.failures.length} failed` : '';
      const mark = result.failures.length > 0 ? '✘' : '✔';
      print(`${mark} ${name.padEnd(14)} ${secondsSince(started).padStart(8)}  ${result.passed} passed${bad}${skipped}`);
      for (const { file, tests, seconds, said } of result.files) {
        print(`    ${`${seconds.toFixed(1)} s`.padStart(8)}  ${file} (${tests})`);
        for (const line of said) print(`              ${line}`);
      }
      printFailures(result, print);
    },
    close() {
      print(`${passed} passed, ${failed} failed`);
      return failed > 0 || passed === 0 ? 1 : 0;
    },
  };
}

function printFailures(result: FilesResult, print: (line: string) => void): void {
  for (const { file, name, error } of result.failures) print(`\n  ✘ ${file}: ${name}\n${indent(error)}\n`);
  for (const { file, failures, output } of result.files) {
    if (failures.length > 0 && output) print(`  what ${file} printed:\n${indent(output)}\n`);
  }
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
