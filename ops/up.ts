// `npm start`: brings up the whole stack, keeps it running and takes it down. `--servers-only` (`npm run servers`): PostgreSQL, RabbitMQ, Temporal only.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir, dataDir } from './stack/paths.ts';
import { markProcess } from './stack/process-mark.ts';
import { stopRuns } from './stack/run.ts';
import { stopServers } from './stack/servers.ts';
import { createStages, secondsSince } from './up/stages.ts';
import { startStack } from './up/start.ts';
import { readState, removeState, runningStack, type StackState, writeState } from './up/state-file.ts';
import { createSupervisor } from './up/supervisor.ts';
import { readyTable } from './up/table.ts';
import { createWatch } from './up/watch.ts';

const serversOnly = process.argv.includes('--servers-only');
const began = performance.now() - process.uptime() * 1000;
makeFolders();
await refuseIfRunning();

const stages = createStages();
const state: StackState = {
  launcher: markProcess(process.pid),
  phase: 'starting',
  environment: {},
  addresses: {},
  // Those of a killed launcher, until they are seen to.
  processes: readState()?.processes ?? {},
};
writeState(state);
const watch = createWatch(stages.say);
const supervisor = createSupervisor(stages.say, (marks) => {
  state.processes = marks;
  writeState(state);
});
let stopping: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
stopWithNpm();
// Nothing else would keep this process here once all runs.
setInterval(() => undefined, 60_000);

console.log(`\nNode ${process.versions.node}, packages are there (${secondsSince(began)})\n`);
const starting = startStack({ stages, supervisor, watch, state, serversOnly });
try {
  await starting;
  const next = serversOnly ? '' : '\n  Next, in another terminal: npm run demo';
  console.log(`\nReady in ${secondsSince(began)}\n\n${readyTable(state).join('\n')}\n${next}`);
  console.log(
    `  Logs: ${serversOnly ? '.data/*/*.log' : '.data/logs/*.log'}. Ctrl-C stops everything; the data stays.\n`,
  );
} catch (error) {
  if (!stopping) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    await stop(1);
  }
}

function stop(exitCode: number): Promise<void> {
  // The short wait lets Node collect its children, so that not even their remains are left.
  stopping ??= takeDown()
    .then(() => delay(50))
    .then(() => process.exit(exitCode));
  return stopping;
}

async function takeDown(): Promise<void> {
  const started = performance.now();
  console.log('\nstopping …');
  state.phase = 'stopping';
  writeState(state);
  watch.stop();
  stopRuns();
  await supervisor.stop();
  await stopServers(dataDir);
  if (await isUnsettled(starting)) await stopServers(dataDir);
  removeState();
  console.log(`stopped in ${secondsSince(started)}`);
}

/** A start that was cut off may have launched one more server meanwhile. */
async function isUnsettled(work: Promise<unknown>): Promise<boolean> {
  const settled = work.then(
    () => false,
    () => true,
  );
  return Promise.race([settled, delay(1_000, true)]);
}

/** npm passes signals on, but when npm itself is killed nobody tells us: then we end too, so that no start is in the next one's way. */
function stopWithNpm(): void {
  if (!process.env['npm_lifecycle_event']) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(1), 250).unref();
}

async function refuseIfRunning(): Promise<void> {
  const deadline = Date.now() + 15_000;
  let other = runningStack();
  if (other?.phase === 'stopping') console.log('waiting for the last one to stop …');
  while (other?.phase === 'stopping' && Date.now() < deadline) {
    await delay(100);
    other = runningStack();
  }
  if (!other) return;
  console.error(
    `\nIt is running already (process ${other.launcher.pid}, ${other.phase}):\n\n${readyTable(other).join('\n')}\n`,
  );
  process.exit(1);
}

function makeFolders(): void {
  for (const folder of [cacheDir, dataDir]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch {
      console.error(
        `${folder} can't be written by this user: it belongs to another one. Run this as that user, or delete the folder.`,
      );
      process.exit(1);
    }
  }
}
