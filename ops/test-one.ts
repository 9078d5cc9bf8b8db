// `npm run test:one -- <file…> [node options]`: runs test files against the shared test servers, or against servers started just for them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { dataDir, projectDir } from './stack/paths.ts';
import { stopServers } from './stack/servers.ts';
import { sharedTestEnvironment, startTestStack } from './stack/test-stack.ts';

const given = process.argv.slice(2);
if (given.length === 0) {
  console.error(
    'usage: npm run test:one -- <test file…>     for example: npm run test:one -- test/integration/relay.test.ts',
  );
  process.exit(2);
}
const ownDir = path.join(dataDir, `test-one-${process.pid}`);
const shared = sharedTestEnvironment();
if (!shared) console.log('starting test servers (`npm run test:stack` keeps some running for next time)');
process.exitCode = await runAndStop();

async function runAndStop(): Promise<number> {
  try {
    return await runFiles(shared ?? (await startTestStack(ownDir, (line) => console.log(line))));
  } finally {
    if (!shared) await stopServers(ownDir);
  }
}

function runFiles(environment: Record<string, string>): Promise<number> {
  const args = ['--import', 'tsx', '--test', '--test-timeout=120000', '--test-reporter=spec', ...given];
  const child = spawn(process.execPath, args, {
    cwd: projectDir,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  // Ctrl-C reaches the child by itself; this process stays to stop the servers.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
