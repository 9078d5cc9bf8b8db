// `npm run test:stack`: keeps a set of test servers running in the foreground for `npm run test:one`.
import { rmSync, writeFileSync } from 'node:fs';
import { stopServers } from './stack/servers.ts';
import { sharedStackFile, sharedTestDir, sharedTestEnvironment, startTestStack } from './stack/test-stack.ts';

const say = (line: string) => console.log(line);
if (sharedTestEnvironment()) {
  say('The test servers are running already; their addresses are in .data/test/stack.json.');
  process.exit(1);
}
const keepAlive = setInterval(() => undefined, 60_000);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    clearInterval(keepAlive);
    rmSync(sharedStackFile, { force: true });
    void stopServers(sharedTestDir).then(() => process.exit(0));
  });
}
const started = performance.now();
const environment = await startTestStack(sharedTestDir, say);
writeFileSync(sharedStackFile, `${JSON.stringify({ pid: process.pid, environment }, null, 2)}\n`, { mode: 0o600 });
const seconds = ((performance.now() - started) / 1000).toFixed(1);
say(`test servers ready in ${seconds} s; their addresses are in .data/test/stack.json; Ctrl-C stops them`);
