// The command handler on a real database: one transaction for state, event store and outbox; races; sealing; row-level security.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { appendEvents } from '../../db/outbox.ts';
import { openEvents, type SealedEvent } from '../../db/queries/open-sealed-parts.ts';
import { inSystem, inTenant, inTenantRetrying } from '../../db/transaction.ts';
import { uuidv7At } from '../../platform/clock.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let database: Database;
const tenantId = 'tenant-a';
const ids = { project: '', contact: '' };

before(async () => {
  stack = await testStack('execute');
  database = openDatabase(stack.config, { name: 'execute-test' });
  ids.project = database.ids.next();
  await inSystem(database.systemPool, (tx) =>
    tx.query("insert into tenants (tenant_id, name) values ('tenant-a', 'A'), ('tenant-b', 'B')"),
  );
  await inTenant(database.pool, tenantId, (tx) =>
    execute(
      database,
      tx,
      aggregates.project,
      ids.project,
      { type: 'project.create', data: { projectId: ids.project, userId: database.ids.next(), tenantId, name: 'Shop' } },
      cause(),
    ),
  );
});
after(async () => {
  await database.close();
  await stack.close();
});

const cause = () => ({ causationId: database.ids.next(), correlationId: database.ids.next() });

async function createContact(name: string, phone: string): Promise<string> {
  const contactId = database.ids.next();
  await inTenant(database.pool, tenantId, (tx) =>
    execute(
      database,
      tx,
      aggregates.contact,
      contactId,
      { type: 'contact.create', data: { contactId, projectId: ids.project, tenantId, name, phone } },
      cause(),
    ),
  );
  return contactId;
}

test('a command writes state, event store and outbox together, personal fields sealed everywhere', async () => {
  const contactId = await createContact('Canary Person', '5511987650001');
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query<{ everything: string; outbox: string; log: string }>(
      `select (select to_jsonb(c)::text from contacts c where id = $1) as everything,
         (select jsonb_agg(to_jsonb(o) order by id)::text from outbox_events o where aggregate_id = $1) as outbox,
         (select jsonb_agg(to_jsonb(e) order by sequence_number)::text from event_store e where aggregate_id = $1) as log`,
      [contactId],
    ),
  );
  const stored = JSON.stringify(rows[0]);
  assert.ok(!stored.includes('Canary') && !stored.includes('987650001'), 'personal data stands open in a row');
  const outbox = JSON.parse(rows[0]?.outbox ?? '[]') as {
    event_type: string;
    aggregate_sequence: number;
    event_data: { name?: { display: string } };
  }[];
  assert.deepEqual(
    outbox.map((row) => [row.event_type, row.aggregate_sequence]),
    [
      ['contact.created', 1],
      ['contact.phone_set', 2],
    ],
  );
  assert.match(String(outbox[0]?.event_data.name?.display), /^enc:v1:/);
  const { state, sequence } = await inTenant(database.pool, tenantId, (tx) =>
    load(database, tx, aggregates.contact, contactId),
  );
  assert.equal(state.name, 'Canary Person');
  assert.equal(state.phone, '5511987650001');
  assert.equal(sequence, 2);
});

test('twenty writers on one contact: every effect once, sequences without a gap', async () => {
  const contactId = await createContact('Busy', '5511987650002');
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      inTenantRetrying(database.pool, tenantId, (tx, attempt) =>
        execute(
          database,
          tx,
          aggregates.contact,
          contactId,
          { type: 'contact.add_tag', data: { tag: `tag-${index}` } },
          cause(),
          { lock: attempt > 1 },
        ),
      ),
    ),
  );
  assert.deepEqual(
    results.filter((result) => result.status === 'rejected'),
    [],
  );
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query<{ sequences: string; tags: string[] }>(
      `select (select json_agg(aggregate_sequence order by id) from outbox_events where aggregate_id = $1)::text as sequences, tags from contacts where id = $1`,
      [contactId],
    ),
  );
  assert.deepEqual(
    JSON.parse(rows[0]?.sequences ?? '[]'),
    Array.from({ length: 22 }, (_, index) => index + 1),
  );
  assert.equal(rows[0]?.tags.length, 20);
});

test('another tenant sees nothing, writes nothing', async () => {
  const contactId = await createContact('Hidden', '5511987650003');
  const seen = await inTenant(database.pool, 'tenant-b', (tx) => load(database, tx, aggregates.contact, contactId));
  assert.equal(seen.exists, false);
  await assert.rejects(
    inTenant(database.pool, 'tenant-b', (tx) =>
      execute(database, tx, aggregates.contact, contactId, { type: 'contact.add_tag', data: { tag: 'x' } }, cause()),
    ),
    { code: 'not_found' },
  );
});

test('a failure after the command leaves nothing behind', async () => {
  const contactId = database.ids.next();
  const create = {
    type: 'contact.create',
    data: { contactId, projectId: ids.project, tenantId, name: 'Gone', phone: '5511987650004' },
  } as const;
  await assert.rejects(
    inTenant(database.pool, tenantId, async (tx) => {
      await execute(database, tx, aggregates.contact, contactId, create, cause());
      throw new Error('crash');
    }),
  );
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query(
      'select 1 from contacts where id = $1 union all select 1 from outbox_events where aggregate_id = $1 union all select 1 from subject_keys where subject_id = $1',
      [contactId],
    ),
  );
  assert.deepEqual(rows, []);
  // The key made in the rolled-back transaction must not be used: what is sealed now must open.
  await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.contact, contactId, create, cause()),
  );
  const { state } = await inTenant(database.pool, tenantId, (tx) => load(database, tx, aggregates.contact, contactId));
  assert.equal(state.name, 'Gone');
});

test('invalid data and a stale expectation are refused by name', async () => {
  const contactId = await createContact('Strict', '5511987650005');
  const run = (data: unknown, expectedSequence?: number) =>
    inTenant(database.pool, tenantId, (tx) =>
      execute(
        database,
        tx,
        aggregates.contact,
        contactId,
        { type: 'contact.add_tag', data },
        cause(),
        expectedSequence === undefined ? {} : { expectedSequence },
      ),
    );
  await assert.rejects(run({ tag: '' }), { code: 'validation_failed' });
  await assert.rejects(run({ tag: 'x' }, 1), { code: 'precondition_failed' });
  assert.equal((await run({ tag: 'x' }, 2)).sequence, 3);
});

test('events of many aggregates are appended in one statement, each aggregate in its order', async () => {
  stack.letRowsDiffer('of these contacts there are events only');
  const aggregateIds = Array.from({ length: 50 }, () => database.ids.next());
  const now = new Date();
  const events = aggregateIds.flatMap((aggregateId) =>
    [1, 2, 3].map((sequence) => ({
      eventId: uuidv7At(now),
      aggregateId,
      aggregateType: 'contact',
      sequence,
      type: 'contact.tag_added',
      version: 1,
      data: { contactId: aggregateId, tag: `tag-${sequence}` },
      tenantId,
      projectId: ids.project,
      createdAt: now.toISOString(),
      correlationId: aggregateId,
      causationId: aggregateId,
      traceparent: null,
      saga: null,
      eventSourced: true,
    })),
  );
  let statements = 0;
  await inTenant(database.pool, tenantId, (tx) =>
    appendEvents(
      {
        ...tx,
        query: (text, values) => {
          statements += 1;
          return tx.query(text, values);
        },
      },
      events,
    ),
  );
  assert.equal(statements, 1);
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query<{ sequences: number[]; logged: number }>(
      `select array_agg(aggregate_sequence::int order by id) as sequences,
         (select count(*)::int from event_store log where log.aggregate_id = outbox.aggregate_id) as logged
       from outbox_events outbox where aggregate_id = any($1::uuid[]) group by aggregate_id`,
      [aggregateIds],
    ),
  );
  assert.equal(rows.length, 50);
  assert.ok(rows.every(({ sequences, logged }) => sequences.join() === '1,2,3' && logged === 3));
});

test("an individual chat's events are forgotten with its contact, a group's are not", async () => {
  const contactId = await createContact('Forgotten', '5511987650044');
  const [individual, group] = [database.ids.next(), database.ids.next()];
  const channelId = database.ids.next();
  const place = { projectId: ids.project, tenantId, channelId };
  const createChat = (chatId: string, data: object) =>
    inTenant(database.pool, tenantId, (tx) =>
      execute(
        database,
        tx,
        aggregates.chat,
        chatId,
        { type: 'chat.create', data: { chatId, ...place, ...data } },
        cause(),
      ),
    );
  await inTenant(database.pool, tenantId, (tx) => {
    const data = { channelId, projectId: ids.project, tenantId, name: 'WhatsApp', type: 'waha', externalId: 'default' };
    return execute(database, tx, aggregates.channel, channelId, { type: 'channel.create', data }, cause());
  });
  await createChat(individual, { chatType: 'individual', externalId: '5511987650044@c.us', contactId });
  await createChat(group, { chatType: 'group', externalId: '120363000000000044@g.us' });
  const read = (from: Database) =>
    inTenant(from.pool, tenantId, async (tx) => {
      const { rows } = await tx.query<SealedEvent>(
        `select aggregate_id as "aggregateId", event_type as type, event_data as data from outbox_events
         where aggregate_id in ($1, $2) and event_type = 'chat.created' order by aggregate_id = $2`,
        [individual, group],
      );
      const opened = await openEvents(from.keysOf(tx), rows);
      return opened.map(({ data, erased }) => [(data as { externalId: unknown }).externalId, erased]);
    });
  assert.deepEqual(await read(database), [
    ['5511987650044@c.us', false],
    ['120363000000000044@g.us', false],
  ]);
  await inTenant(database.pool, tenantId, (tx) =>
    tx.query('update subject_keys set wrapped_key = null where subject_id = $1', [contactId]),
  );
  // Another process: it has no key in memory.
  const other = openDatabase(stack.config, { name: 'execute-test-other' });
  try {
    assert.deepEqual(await read(other), [
      [null, true],
      ['120363000000000044@g.us', false],
    ]);
  } finally {
    await other.close();
  }
});
