// `npm run consumers`: the consumers of all tenants at a glance; with a command it redrives, pauses, replays, rebuilds. `help` says what each takes.
import { pauseConsumer, resumeConsumer } from '../db/consumer-controls.ts';
import { consumerOverview, consumerOverviews } from '../db/consumer-overview.ts';
import { abandonRequest, cancelRequest, listRequests, requestReplay } from '../db/consumer-requests.ts';
import type { LetterFilter } from '../db/dead-letters.ts';
import { parkedAggregates } from '../db/parked-aggregates.ts';
import type { Pool } from '../db/pool.ts';
import { describeGap, requestRebuild } from '../db/rebuild-request.ts';
import { retireConsumer } from '../db/retire-consumer.ts';
import { inSystem, type Tx } from '../db/transaction.ts';
import { uuidv7Ids } from '../platform/clock.ts';
import { ConfigError } from '../platform/config.ts';
import { commandLine, wholeNumber } from './command-line.ts';
import { follow } from './consumers/follow.ts';
import { discard, printLetter, printLetters, redrive } from './consumers/letters.ts';
import { lookOnce } from './consumers/look.ts';
import { printOne, printRequests, printTable } from './consumers/table.ts';
import { unreadable } from './consumers/unreadable.ts';
import { withOperatorPool } from './operator-pool.ts';

const usage = `usage: npm run consumers -- [command]
  list [--json]                            all consumers: queues, lag, what is parked, in retry and dead (without a command too)
  show <name> [--json]                     one, with which aggregates wait for what, and its replays
  dead [name] [event id] [filters] [--limit <n>] [--json]   dead letters, oldest first
  explain <name> <event id>                why an event was given up, and what waits for it
  redrive [name] [event id] [filters] [--yes]   gives dead letters their attempts again; without --yes only says how many
  discard <name> <event id> --note <why>   gives an event up for good; what waits for it goes on
  unreadable <name> [--message <id>] [--remove [--yes]] [--json]
                                           what lies in its dead-letter queue and is none of our events
  pause <name> --note <why>                it takes nothing until it is resumed; its events wait in its queue
  resume <name>
  replay <name> [--from <t>] [--to <t>] [--type <type>]… [--tenant <id>] [--yes] [--no-wait]
                                           sends a part of the log to it alone; without --yes only says how many
  rebuild <name> [--accept-gap] [--yes] [--no-wait]
                                           makes its read model anew from the log: a projection slice by slice while it is read
                                           (npm run rebuild shows more of it), any other after it was cleared
  requests [name]                          replays and rebuilds, newest first
  cancel <request id> [--force --note <why>]   ends a replay, or a projection's rebuild; with --force also one that has begun to clear
  retire <name> [--yes]                    forgets a consumer that no process runs any more, and what waited for it
filters: --tenant <id> --event <id> --aggregate <id> --type <type> --reason <part of it> --since <ISO 8601>
--dry-run says the same as leaving --yes out.`;

const { values, positionals } = commandLine(usage, {
  commands: {
    list: 0,
    show: 1,
    dead: 2,
    explain: 2,
    redrive: 2,
    discard: 2,
    unreadable: 1,
    pause: 1,
    resume: 1,
    replay: 1,
    rebuild: 1,
    requests: 1,
    cancel: 1,
    retire: 1,
  },
  options: {
    tenant: { type: 'string' },
    event: { type: 'string' },
    aggregate: { type: 'string' },
    type: { type: 'string', multiple: true },
    reason: { type: 'string' },
    since: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    note: { type: 'string' },
    limit: { type: 'string', default: '50' },
    message: { type: 'string' },
    remove: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    'no-wait': { type: 'boolean', default: false },
    'accept-gap': { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
  },
});
const [command = 'list', name = '', eventId = ''] = positionals;
const dryRun = values['dry-run'] || !values.yes;
const now = (): Date => new Date();
const letters: LetterFilter = {
  consumer: name || undefined,
  tenantId: values.tenant,
  eventId: values.event ?? (eventId || undefined),
  aggregateId: values.aggregate,
  type: values.type,
  reason: values.reason,
  since: values.since,
};

type Command = (pool: Pool) => Promise<void>;
const inOne =
  (work: (tx: Tx) => Promise<void>): Command =>
  (pool) =>
    inSystem(pool, work);

const commands: Readonly<Record<string, Command>> = {
  list: async (pool) => {
    await lookOnce(pool);
    const all = await inSystem(pool, (tx) => consumerOverviews(tx, now()));
    if (values.json) console.log(JSON.stringify(all, null, 2));
    else printTable(all);
  },
  show: async (pool) => {
    await lookOnce(pool);
    await inSystem(pool, async (tx) => {
      const one = await consumerOverview(tx, now(), name);
      const [parked, requests] = [await parkedAggregates(tx, name), await listRequests(tx, { consumer: name })];
      if (values.json) console.log(JSON.stringify({ ...one, parkedAggregates: parked, requests }, null, 2));
      else printOne(one, parked, requests);
    });
  },
  dead: inOne((tx) => printLetters(tx, letters, { limit: wholeNumber('--limit', values.limit), json: values.json })),
  explain: inOne((tx) => printLetter(tx, name, eventId)),
  redrive: inOne((tx) => redrive(tx, letters, dryRun)),
  discard: inOne((tx) => discard(tx, name, eventId, values.note ?? '')),
  unreadable: () =>
    unreadable({ name, messageId: values.message, remove: values.remove, yes: !dryRun, json: values.json }),
  pause: inOne(async (tx) => {
    if (!values.note) throw new ConfigError('Say with --note why it is paused: others will ask.');
    await consumerOverview(tx, now(), name);
    const isNew = await pauseConsumer(tx, name, values.note);
    const since = (await consumerOverview(tx, now(), name)).paused;
    console.log(
      isNew ? `${name} is paused.` : `${name} was paused before, at ${since?.since}: ${since?.note ?? 'no note'}`,
    );
  }),
  resume: inOne(async (tx) => {
    await consumerOverview(tx, now(), name);
    console.log((await resumeConsumer(tx, name)) ? `${name} goes on.` : `${name} was not paused.`);
  }),
  replay: async (pool) => {
    const id = uuidv7Ids.next();
    const order = {
      id,
      consumer: name,
      tenantId: values.tenant ?? null,
      from: values.from,
      to: values.to,
      types: values.type,
    };
    const { count, missing } = await inSystem(pool, (tx) => requestReplay(tx, order, { dryRun }));
    console.log(
      `${count} events, ${missing} of them without an effect yet${dryRun ? '; add --yes to send them.' : '.'}`,
    );
    if (!dryRun) await finish(pool, id);
  },
  rebuild: async (pool) => {
    const id = uuidv7Ids.next();
    const order = { id, consumer: name, acceptGap: values['accept-gap'] };
    const estimate = await inSystem(pool, (tx) => requestRebuild(tx, order, { dryRun }));
    if (estimate.lost > 0) console.log(describeGap(name, estimate));
    console.log(
      `${estimate.count} events are in the log${dryRun ? '; add --yes to make the read model anew from them.' : '.'}`,
    );
    if (!dryRun) await finish(pool, id);
  },
  requests: inOne(async (tx) => printRequests(await listRequests(tx, { consumer: name || null }))),
  cancel: inOne(async (tx) => {
    if (values.force) await abandonRequest(tx, name, values.note ?? '');
    else await cancelRequest(tx, name);
    console.log(values.force ? `${name} is given up; rebuild its consumer anew.` : `${name} is cancelled.`);
  }),
  retire: inOne(async (tx) => {
    const { dead, parked, waiting } = await retireConsumer(tx, name, { now: now(), dryRun });
    const what = `${dead} dead letters, ${parked} parked events and ${waiting} that wait for another try`;
    console.log(dryRun ? `${what} would go with it; add --yes to do it.` : `${name} is forgotten, with ${what}.`);
  }),
};

async function finish(pool: Pool, id: string): Promise<void> {
  if (values['no-wait'])
    return console.log(`Asked for as ${id}: \`npm run consumers -- requests\` shows how far it is.`);
  const { state } = await follow(pool, id);
  if (state !== 'done') process.exitCode = 1;
}

const run = commands[command] ?? (async () => console.log(usage));
await withOperatorPool('consumers-command', run);
