// Gets Temporal's programs as the TypeScript SDK does, from its maker's site: for machines without pip where the internet is open.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { lastLine } from './missing-part.ts';

/** Downloads `program` to `cache`/bin. Answers '' or why it could not. */
export async function downloadWithSdk(cache: string, program: 'temporal' | 'temporal-test-server'): Promise<string> {
  const downloadDir = path.join(cache, 'download', program);
  mkdirSync(downloadDir, { recursive: true });
  mkdirSync(path.join(cache, 'bin'), { recursive: true });
  try {
    // The SDK downloads only to start at once, so it is started and ended.
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir } as const;
    const environment =
      program === 'temporal'
        ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
        : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    await environment.teardown();
    const [name] = readdirSync(downloadDir);
    if (!name) return 'it left no file';
    const link = path.join(cache, 'bin', program);
    rmSync(link, { force: true });
    symlinkSync(path.join(downloadDir, name), link);
    return '';
  } catch (error) {
    return lastLine(error instanceof Error ? error.message : String(error)).slice(0, 120);
  }
}
