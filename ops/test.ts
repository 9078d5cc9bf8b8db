// `npm test`: everything, on servers of its own that are gone afterwards. The last line is `N passed, N failed`.
import { stopRuns } from './stack/run.ts';
import { startTestStack, type TestEnvironment } from './stack/test-stack.ts';
import { serverless, type TestTurn, testGroups } from './testing/groups.ts';
import { clearDeadRuns, createRunFolder, removeRunFolder } from './testing/own-stack.ts';
import { stopTestFiles } from './testing/run-file.ts';
import { runTestFiles } from './testing/run-files.ts';
import { runStaticStages } from './testing/static-stages.ts';
import { createTally } from './testing/tally.ts';

const tally = createTally();
const folder = await createRunFolder();
let cutOff = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (cutOff) return;
    cutOff = true;
    console.log('\ncut off: stopping the test servers');
    stopRuns();
    stopTestFiles();
    // A test file that had servers of its own was killed just now.
    void Promise.all([removeRunFolder(folder), clearDeadRuns()]).then(() => process.exit(130));
  });
}

try {
  await runStaticStages(tally);
  let environment: TestEnvironment = {};
  const hasServers = await tally.stage('test servers', async () => {
    environment = await startTestStack(folder, (line) => console.log(`    ${line}`));
    return { passed: true, output: '' };
  });
  const groups = testGroups().filter(({ name }) => hasServers || serverless.includes(name));
  const run = async (wanted: TestTurn): Promise<void> => {
    for (const { name, files, atOnce, turn } of groups) {
      if (cutOff || turn !== wanted) continue;
      await tally.group(name, () => runTestFiles(files, { atOnce, environment, aside: turn === 'aside' }));
    }
  };
  await Promise.all([run('aside'), run('shared')]);
  await run('alone');
} finally {
  if (!cutOff) await removeRunFolder(folder);
}
if (!cutOff) process.exitCode = tally.close();
