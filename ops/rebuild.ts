// `npm run rebuild <projection>`: makes a projection anew from the log while it is read and goes on, with a progress bar. Without a name it lists them.
import { consumerOverviews } from '../db/consumer-overview.ts';
import { cancelRequest, listRequests } from '../db/consumer-requests.ts';
import type { Pool } from '../db/pool.ts';
import { allProjections, type Projection } from '../db/projections/index.ts';
import { requestRebuild } from '../db/rebuild-request.ts';
import { inSystem } from '../db/transaction.ts';
import { uuidv7Ids } from '../platform/clock.ts';
import { commandLine } from './command-line.ts';
import { follow } from './consumers/follow.ts';
import { barOf } from './consumers/progress-bar.ts';
import { progressOf } from './consumers/table.ts';
import { withOperatorPool } from './operator-pool.ts';

const usage = `usage: npm run rebuild [projection] [-- options]
  npm run rebuild                          the projections: how far each is behind, its last rebuild
  npm run rebuild timeline                 puts every row right that is not as the log says, while readers and consumer go on
  npm run rebuild timeline -- --dry-run    only counts them; exit code 1 when there are any
  npm run rebuild timeline -- --cancel     ends the one that runs: what it has put right stays
options: --no-wait (it goes on without this command; so it does after Ctrl-C)
projections: ${allProjections.map(({ name }) => name).join(', ')}`;

const { values, positionals } = commandLine(usage, {
  words: 1,
  options: {
    'dry-run': { type: 'boolean', default: false },
    'no-wait': { type: 'boolean', default: false },
    cancel: { type: 'boolean', default: false },
  },
});
const [name] = positionals;

async function list(pool: Pool): Promise<void> {
  await inSystem(pool, async (tx) => {
    const overviews = new Map((await consumerOverviews(tx, new Date())).map((one) => [one.name, one]));
    const shown: Record<string, object> = {};
    for (const { name: projection, consumer } of allProjections) {
      const overview = overviews.get(consumer);
      const last = (await listRequests(tx, { consumer, limit: 200 })).find(({ kind }) => kind === 'rebuild');
      shown[projection] = {
        consumer,
        'lag s': overview?.lagSeconds ?? 'unknown',
        'last rebuild': last ? `${last.requestedAt.toISOString()} ${progressOf(last)}` : 'none',
      };
    }
    console.table(shown);
  });
}

async function rebuild(pool: Pool, { consumer }: Projection): Promise<void> {
  const id = uuidv7Ids.next();
  const order = { id, consumer, acceptGap: false, onlyCompares: values['dry-run'] };
  await inSystem(pool, (tx) => requestRebuild(tx, order, { dryRun: false }));
  if (values['no-wait'])
    return console.log(`Asked for as ${id}: \`npm run consumers -- requests ${consumer}\` shows how far it is.`);
  const { state, changed, onlyCompares } = await follow(pool, id, barOf);
  if (state !== 'done' || (onlyCompares && changed > 0)) process.exitCode = 1;
}

async function cancel(pool: Pool, { name: projection, consumer }: Projection): Promise<void> {
  await inSystem(pool, async (tx) => {
    const all = await listRequests(tx, { consumer, limit: 200 });
    const running = all.find(({ kind, endedAt }) => kind === 'rebuild' && endedAt === null);
    if (!running) return console.log(`No rebuild of ${projection} runs.`);
    await cancelRequest(tx, running.id);
    console.log(`The rebuild of ${projection} is cancelled; what it has put right stays.`);
  });
}

const projection = allProjections.find((one) => one.name === name);
if (name !== undefined && !projection) {
  console.error(`There is no projection ${name}.\n${usage}`);
  process.exit(2);
}
await withOperatorPool('rebuild-command', async (pool) => {
  if (!projection) await list(pool);
  else if (values.cancel) await cancel(pool, projection);
  else await rebuild(pool, projection);
});
