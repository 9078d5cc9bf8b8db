// Rebuilds of the product's own read models, by the command, with real processes: row for row as before, also when the processes are killed in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../db/deps.ts';
import { eventPlace } from '../../db/seal-event.ts';
import { inTenant } from '../../db/transaction.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';
import { writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { operatorCommand } from '../support/operator-command.ts';
import { startProcess, type TestProcess } from '../support/process.ts';
import { openProduct, type Product } from '../support/product.ts';
import { type Command, runCommand } from '../support/run-command.ts';

let product: Product;
let relay: TestProcess | undefined;
let consumer: TestProcess | undefined;
const contacts = { kept: '', erased: '' };
const tagged = 600;

const startConsumer = (): Promise<TestProcess> =>
  startProcess({ file: 'workers/consumer.ts', environment: product.stack.environment });

before(async () => {
  product = await openProduct('consumer-rebuild');
  relay = await startProcess({ file: 'workers/relay.ts', environment: product.stack.environment });
  consumer = await startConsumer();
  const { database, tenantId, projectId, channelId } = product;
  for (const kind of ['kept', 'erased'] as const) {
    const contactId = database.ids.next();
    contacts[kind] = contactId;
    await run('contact', contactId, 'contact.create', { contactId, projectId, tenantId, name: `Person ${kind}` });
    const messageId = database.ids.next();
    const sessionId = database.ids.next();
    const own = { messageId, projectId, tenantId, channelId, contactId, sessionId };
    const session = { sessionId, contactId, projectId, tenantId, channelId, channelTypeId: database.ids.next() };
    await run('session', sessionId, 'session.start', session);
    const message = { ...own, source: 'manual', messageType: 'text', body: 'words' };
    await run('message', messageId, 'message.queue', message);
    const sent = { status: 'sent', at: '2026-01-31T12:00:01.000Z', channelMessageId: `GATEWAY-${kind}` };
    await run('message', messageId, 'message.apply_status', sent);
    await run('message', messageId, 'message.apply_status', { status: 'read', at: '2026-01-31T12:00:03.000Z' });
  }
  // Many small ones, so that a rebuild takes its time.
  const contactId = database.ids.next();
  const events = Array.from({ length: tagged }, (_, n) => ({
    aggregateId: contactId,
    sequence: n + 1,
    type: 'contact.tag_added',
    aggregateType: 'contact',
    data: { contactId, tag: `t${n}` },
  }));
  await writeEvents(database.systemPool, tenantId, events);
  // Erased: the key is gone, what it sealed stays as it is.
  await inTenant(database.pool, tenantId, (tx) =>
    tx.query('update subject_keys set wrapped_key = null where subject_id = $1', [contacts.erased]),
  );
  await eventually(async () => (await open()) === 0, { timeoutMs: 60_000 });
});
after(async () => {
  await Promise.all([relay?.kill(), consumer?.kill()]);
  await product.close();
});

const run = (...command: Command) => runCommand(product, ...command);

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await product.database.systemPool.query(sql, values)).rows;
}

/** Events that have not reached every consumer that takes them. */
async function open(): Promise<number> {
  const [row] = await rows(
    `select count(*) as count from outbox_events event join consumer_status status on event.event_type = any(status.event_types)
     where not exists (select from processed_events claim where claim.event_id = event.event_id and claim.consumer_name = status.consumer_name)`,
  );
  const [consumers] = await rows('select count(*) as count from consumer_status');
  return consumers?.['count'] === allConsumerRows.length ? Number(row?.['count']) : -1;
}

/** The read models, all but where and when a row was written. */
const timeline = `select id, tenant_id, project_id, contact_id, event_id, event_type, category, title, payload, visible_to_client,
  visible_to_agent, priority, occurred_at from contact_events order by id`;
const deliveries = `select message_id, tenant_id, project_id, contact_id, from_me, status, queued_at, sent_at, delivered_at, read_at, played_at,
  failed_at, failure_reason, last_sequence from message_deliveries order by message_id`;

/** As a superuser, on a connection of its own. */
async function openAdmin(): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: product.stack.adminUrl });
  await admin.connect();
  return admin;
}
const othersOf = (name: string) =>
  rows(
    'select consumer_name, count(*) as count, max(processed_at) as last from processed_events where consumer_name <> $1 group by 1 order by 1',
    [name],
  );

const command = (...args: string[]) => operatorCommand('consumers', product.stack.environment, ...args);
const rebuild = (...args: string[]) => operatorCommand('rebuild', product.stack.environment, ...args);

test('the timeline, damaged before, is as it was, row for row: while it is read, while events come, and though its process was killed', async () => {
  const before = await rows(timeline);
  assert.ok(before.length > tagged);
  const admin = await openAdmin();
  // What a mistaken handler might have left: rows that no event says.
  await admin.query("update contact_events set title = 'wrong', priority = 'high'");
  const compared = await rebuild('timeline', '--dry-run');
  assert.match(compared.output, new RegExp(`done after .*, ${before.length} rows are not as the log says`));
  assert.equal(compared.code, 1);
  assert.equal((await rows("select from contact_events where title = 'wrong'")).length, before.length);
  // The rebuild waits for a row of its second slice.
  await admin.query('begin');
  await admin.query(
    'select from contact_events where event_id = (select event_id from outbox_events where id = (select max(id) from outbox_events)) for update',
  );
  const rebuilding = rebuild('timeline');
  const open = "select compared from consumer_requests where kind = 'rebuild' and ended_at is null";
  await eventually(async () => Number((await rows(open))[0]?.['compared'] ?? 0) > 0, { timeoutMs: 20_000 });
  const contactId = contacts.kept;
  await run('contact', contactId, 'contact.add_tag', { tag: 'meanwhile' });
  const newer = "select id from contact_events where contact_id = $1 and event_type = 'contact.tag_added'";
  const [added] = await eventually(async () => {
    const found = await rows(newer, [contactId]);
    return found.length > 0 && found;
  });
  await consumer?.kill();
  assert.equal((await rows('select from contact_events')).length, before.length + 1, 'readers see all of it');
  assert.equal((await rows(open)).length, 1);
  await admin.query('rollback');
  await admin.end();
  consumer = await startConsumer();
  const { code, output } = await rebuilding;
  assert.equal(code, 0, output);
  assert.match(output, /done after .* events, .* a second, \d+ rows put right/);
  assert.deepEqual(
    (await rows(timeline)).filter(({ id }) => id !== added?.['id']),
    before,
  );
  assert.deepEqual((await rebuild('timeline', '--dry-run')).code, 0);
});

test('the deliveries, damaged before, are as they were, row for row; nobody else has taken a thing', async () => {
  const name = 'waha_message_consumer';
  const [before, others] = [await rows(deliveries), await othersOf(name)];
  assert.ok(before.length > 1);
  const admin = await openAdmin();
  const damage = "update message_deliveries set status = 'queued', read_at = null, sent_at = now()";
  await admin.query(damage).finally(() => admin.end());
  const counted = await command('rebuild', name);
  assert.match(counted.output, /events are in the log; add --yes/);
  const { code, output } = await command('rebuild', name, '--yes');
  assert.equal(code, 0, output);
  assert.match(output, /rebuild done: \d+ sent, \d+ settled/);
  assert.deepEqual(await rows(deliveries), before);
  assert.deepEqual(await othersOf(name), others);
  assert.deepEqual(await rows('select * from consumer_controls where paused_at is not null'), []);
});

test('who was erased stays erased', async () => {
  const { tenantId } = product;
  // One that has no key in its memory.
  const database = openDatabase(product.stack.config, { name: 'consumer-rebuild' });
  const nameOf = async (contactId: string): Promise<unknown> => {
    const [entry] = await rows(
      "select payload from contact_events where contact_id = $1 and event_type = 'contact.created'",
      [contactId],
    );
    assert.ok(entry);
    const { data } = entry['payload'] as { data: { name: { display: string } } };
    return inTenant(database.pool, tenantId, (tx) =>
      database.keysOf(tx).open(data.name.display, eventPlace(tenantId, contactId, 'contact.created', 'name.display')),
    );
  };
  assert.equal(await nameOf(contacts.kept), 'Person kept');
  assert.deepEqual(await nameOf(contacts.erased), { erased: true });
  await database.close();
});

test('what starts workflows can’t be rebuilt; the command says why and what to do', async () => {
  const { code, output } = await command('rebuild', 'workflow_starter', '--yes');
  assert.equal(code, 1);
  assert.match(output, /workflow_starter has no read model: .*A replay is safe/);
});

test('the command shows each consumer with its queues, what is parked and what is dead', async () => {
  const { output } = await command('list', '--json');
  const all = JSON.parse(output) as {
    name: string;
    queue: { subscribers: number; unacked: number };
    dead: { count: number };
  }[];
  assert.deepEqual(
    all.map(({ name, queue, dead }) => [name, queue.subscribers, typeof queue.unacked, dead.count]),
    allConsumerRows.map(({ name }) => [name, 1, 'number', 0]).sort(),
  );
});
