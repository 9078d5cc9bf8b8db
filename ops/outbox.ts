// `npm run outbox -- counts | failed | explain | redrive | discard | partitions`: the outbox of all tenants; without a command it says what each takes.
import { createBell } from '../db/bell.ts';
import {
  discardEvent,
  explainEvent,
  type FailedFilter,
  listFailed,
  outboxCounts,
  redriveEvents,
} from '../db/outbox-admin.ts';
import { listPartitions } from '../db/outbox-partitions.ts';
import { inSystem, type Tx } from '../db/transaction.ts';
import { commandLine, wholeNumber } from './command-line.ts';
import { withOperatorPool } from './operator-pool.ts';

const usage = `usage: npm run outbox -- <command>
  counts                                   events by state
  failed  [filters] [--after <position>] [--limit <n>]   given-up events, oldest first
  explain <event id>                       why an event is where it is, and what it holds back
  redrive [event id] [filters] [--yes]     gives given-up events their tries again; without --yes only says how many
  discard <event id> --note <why>          sends a skip marker in its place; what it held back follows
  partitions                               months of the log, their size, what is not sent in them, and which are due to be dropped
filters: --tenant <id> --event <id> --aggregate <id> --type <type>… --reason <part of the last error> --before <ISO 8601>`;

const { values, positionals } = commandLine(usage, {
  commands: { help: 0, counts: 0, failed: 0, explain: 1, redrive: 1, discard: 1, partitions: 0 },
  options: {
    tenant: { type: 'string' },
    event: { type: 'string' },
    aggregate: { type: 'string' },
    type: { type: 'string', multiple: true },
    reason: { type: 'string' },
    before: { type: 'string' },
    after: { type: 'string' },
    limit: { type: 'string' },
    note: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
});
const [command = 'help', named = ''] = positionals;
const filter: FailedFilter = Object.fromEntries(
  Object.entries({
    tenantId: values.tenant,
    eventId: values.event ?? (named || undefined),
    aggregateId: values.aggregate,
    type: values.type,
    reason: values.reason,
    createdBefore: values.before,
  }).filter(([, value]) => value !== undefined),
);

const commands: Readonly<Record<string, (tx: Tx) => Promise<void>>> = {
  counts: async (tx) => console.table(await outboxCounts(tx, values.tenant ?? null)),
  failed: async (tx) => {
    const entries = await listFailed(tx, filter, {
      after: wholeNumber('--after', values.after ?? '0'),
      limit: wholeNumber('--limit', values.limit ?? '50'),
    });
    if (entries.length === 0) console.log('No event was given up.');
    for (const { position, eventId: id, type, tenantId, tries, lastError, lastTryAt } of entries)
      console.log(
        `${position}  ${id}  ${type}  tenant ${tenantId}  ${tries} tries, last at ${lastTryAt}: ${lastError}`,
      );
  },
  explain: async (tx) => console.log(JSON.stringify(await explainEvent(tx, named), null, 2)),
  redrive: async (tx) => {
    const count = await redriveEvents(tx, filter, { dryRun: !values.yes });
    console.log(
      values.yes ? `${count} events get their tries again.` : `${count} events would be redriven; add --yes to do it.`,
    );
  },
  discard: async (tx) => {
    await discardEvent(tx, named, values.note ?? '');
    console.log(`${named} is discarded; a skip marker goes out in its place.`);
  },
  partitions: async (tx) => {
    const keepDays = Number(process.env['OUTBOX_RETENTION_DAYS'] || 400);
    console.table(
      (await listPartitions(tx, keepDays)).map(({ name, fromAt, toAt, bytes, open, isDue }) => ({
        name,
        from: fromAt?.slice(0, 10) ?? '(no month)',
        to: toAt?.slice(0, 10) ?? '',
        MiB: Math.round(bytes / 1024 ** 2),
        'not sent': open,
        'after retention': !isDue ? '' : open > 0 ? 'stays: redrive or discard first' : 'is dropped next',
      })),
    );
  },
};

const run = commands[command];
if (!run) {
  console.error(usage);
  process.exit(positionals.length > 0 ? 0 : 2);
}
await withOperatorPool('outbox-command', async (pool) => {
  const bell = createBell(pool, 'outbox_events');
  await inSystem(pool, run);
  bell.ring();
});
