// `npm run consumers`, `rebuild`, `outbox` and `verify` as a test runs them: the same programs, against a test's own database and broker.
import { execFile } from 'node:child_process';
import { projectDir } from '../../ops/stack/paths.ts';

/** Its exit code, and what it printed. */
export function operatorCommand(
  command: 'consumers' | 'rebuild' | 'outbox' | 'verify',
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ code: number; output: string }> {
  const env = { ...process.env, ...environment, NODE_TEST_CONTEXT: undefined };
  const given = ['--import', 'tsx', `ops/${command}.ts`, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, given, { cwd: projectDir, env, timeout: 90_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    );
  });
}
