// Runs test files side by side, each in a process of its own, and sums up.
import { type FileResult, type RunFileOptions, runTestFile, type TestFailure } from './run-file.ts';

/** What a set of files came to. */
export type FilesResult = { passed: number; skipped: number; failures: TestFailure[]; files: FileResult[] };

/** Runs the files, `atOnce` side by side; the results are in the files' order. */
export async function runTestFiles(
  files: readonly string[],
  { atOnce, ...options }: RunFileOptions & { atOnce: number },
): Promise<FilesResult> {
  const results = new Map<string, FileResult>();
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) results.set(file, await runTestFile(file, options));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const all = files.flatMap((file) => results.get(file) ?? []);
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: all.flatMap(({ failures }) => failures),
    files: all,
  };
}
