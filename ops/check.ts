// `npm run check`: the quick part of `npm test` – types, lint, rules, dead code, derived files and unit tests, without any server.
import { serverless, testGroups } from './testing/groups.ts';
import { runTestFiles } from './testing/run-files.ts';
import { runStaticStages } from './testing/static-stages.ts';
import { createTally } from './testing/tally.ts';

const tally = createTally();
await runStaticStages(tally);
for (const { name, files, atOnce } of testGroups().filter(({ name }) => serverless.includes(name))) {
  await tally.group(name, () => runTestFiles(files, { atOnce, environment: {} }));
}
process.exitCode = tally.close();
