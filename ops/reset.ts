// `npm run reset`: forgets the local stack's data (databases, keys, logs), after asking; `--yes` doesn't ask. Downloads stay.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { dataDir } from './stack/paths.ts';
import { outsidePlace } from './stack/postgres-place.ts';
import { stopServers } from './stack/servers.ts';
import { runningStack } from './up/state-file.ts';

const running = runningStack();
if (running) {
  console.error(`The stack is running (process ${running.launcher.pid}). Stop it first: Ctrl-C in its terminal.`);
  process.exit(1);
}
// The data of test servers is theirs to forget.
const names = existsSync(dataDir) ? readdirSync(dataDir).filter((name) => !name.startsWith('test')) : [];
if (names.length === 0) {
  console.log('There is no data to forget.');
  process.exit(0);
}
if (!process.argv.includes('--yes') && !(await isConfirmed())) {
  console.log('Nothing was deleted.');
  process.exit(1);
}
// A launcher that was killed leaves its servers running.
await stopServers(dataDir);
for (const name of names) rmSync(path.join(dataDir, name), { recursive: true, force: true });
rmSync(outsidePlace(path.join(dataDir, 'postgres')), { recursive: true, force: true });
console.log('Forgotten. `npm start` begins anew.');

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error(
      'This deletes all local data and asks first: run it in a terminal, or with `npm run reset -- --yes`.',
    );
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Delete all data of the local stack: databases, messages, keys? (yes/no) ');
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}
