// `npm run histories [-- <workflow>…]`: records the workflow histories that the tests replay anew, on the shared test servers or on some started just for it.
import path from 'node:path';
import { recordHistories } from '../test/support/histories/record-histories.ts';
import { dataDir } from './stack/paths.ts';
import { stopServers } from './stack/servers.ts';
import { sharedTestEnvironment, startTestStack } from './stack/test-stack.ts';

const say = (line: string): void => console.log(line);
const ownDir = path.join(dataDir, `histories-${process.pid}`);
const shared = sharedTestEnvironment();
try {
  Object.assign(process.env, shared ?? (await startTestStack(ownDir, say)));
  await recordHistories(process.argv.slice(2), say);
} finally {
  if (!shared) await stopServers(ownDir);
}
