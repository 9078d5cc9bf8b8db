// `npm run consumers` and `npm run rebuild` as a test runs them: the same programs, against a test's own database and broker.
import { execFile } from 'node:child_process';
import { projectDir } from '../../ops/stack/paths.ts';

type Environment = Readonly<Record<string, string>>;
/** Its exit code, and what it printed. */
type Done = Promise<{ code: number; output: string }>;

/** Runs `npm run consumers`. */
export const consumersCommand = (environment: Environment, ...args: readonly string[]): Done =>
  run('ops/consumers.ts', environment, args);

/** Runs `npm run rebuild`. */
export const rebuildCommand = (environment: Environment, ...args: readonly string[]): Done =>
  run('ops/rebuild.ts', environment, args);

function run(program: string, environment: Environment, args: readonly string[]): Done {
  const env = { ...process.env, ...environment, NODE_TEST_CONTEXT: undefined };
  const given = ['--import', 'tsx', program, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, given, { cwd: projectDir, env, timeout: 90_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    );
  });
}
