// Every recorded webhook, signed and posted to the real route: never refused, and what it makes in the tables is what the table of expectations says.
// Each has a tenant of its own; then all of them come to one tenant, as they might in one day.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { inSystem, inTenant } from '../../db/transaction.ts';
import { type Fixture, ownFixturesDirectory, readWebhookFixtures } from '../contract/waha-fixtures.ts';
import { startTestApi, type TestApi, type TestTenant } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startTestWorker } from '../support/start-worker.ts';

const own = readWebhookFixtures(ownFixturesDirectory);
const foreignDirectory = process.env['FIXTURES_DIR'];
const foreign = foreignDirectory ? readWebhookFixtures(foreignDirectory) : [];
const expectedFile = join(ownFixturesDirectory, 'expected', 'intake.json');
const expected = z.record(z.string(), z.array(z.string())).parse(JSON.parse(readFileSync(expectedFile, 'utf8')));

let api: TestApi;
let worker: { stop(): Promise<void> };
const tenants = new Map<string, TestTenant>();
const statuses = new Map<string, number>();

async function post(fixture: Fixture, tenant: TestTenant): Promise<void> {
  const body = typeof fixture.body === 'string' ? fixture.body : JSON.stringify(fixture.body);
  const { status } = await api.webhook(body, { tenant });
  statuses.set(`${tenant.tenantId} ${fixture.name}`, status);
}

/** Nothing is on its way any more; a channel that fell is waited out, for ten seconds, and is not waited for here. */
function settled(): Promise<boolean> {
  return eventually(
    async () => {
      const { rows } = await inSystem(api.database.systemPool, (tx) =>
        tx.query<{ open: string }>(
          `select event_name || ' ' || status as open from raw_events where status in ('stored', 'started') and kind <> 'session_status'`,
        ),
      );
      assert.deepEqual(rows, []);
      return true;
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
}

before(async () => {
  api = await startTestApi('fixtures-intake');
  worker = await startTestWorker(api.stack.config, api.database);
  for (const [prefix, fixtures] of [
    ['own', own],
    ['foreign', foreign],
  ] as const) {
    for (const fixture of fixtures) {
      const tenant = await api.addTenant(`${prefix}-${fixture.name}`.slice(0, 64));
      tenants.set(`${prefix}-${fixture.name}`, tenant);
      await post(fixture, tenant);
    }
  }
  await settled();
});
after(async () => {
  await worker?.stop();
  await api?.close();
});

/** What stands in a tenant's tables, a line a row, ids left out. */
async function madeIn(tenant: TestTenant): Promise<string[]> {
  return inTenant(api.database.pool, tenant.tenantId, async (tx) => {
    const { rows } = await tx.query<{ line: string }>(
      `select 'raw ' || kind || ' ' || status || coalesce(': ' || last_error, '') as line from raw_events
       union all select 'contact by ' || (select string_agg(kind, ' + ' order by kind) from contact_identities i where i.contact_id = c.id) from contacts c
       union all select 'chat ' || chat_type || case when status = 'active' then '' else ' ' || status end from chats
       union all select 'session with ' || message_count || ' message' from sessions
       union all select 'message ' || message_type || case when from_me then ' own ' else ' in ' end || status || case when media is null then '' else ' media' end
         || case when body is null then '' else ' body' end || case when location is null then '' else ' location' end
         || case when vcards is null then '' else ' vcards' end || case when reply_to_channel_message_id is null then '' else ' reply' end from messages
       union all select 'saga ' || saga_type || ' ' || state || coalesce(': ' || reason, '') from sagas
       union all select 'tracking ' || source || ' ' || platform from trackings
       union all select 'enrichment ' || kind || ' ' || status from enrichments
       union all select 'channel ' || status || case when labels = '[]' then '' else ' labels' end from channels where status <> 'inactive' or labels <> '[]'`,
    );
    return rows.map(({ line }) => line).sort();
  });
}

test('every fixture has an expectation and every expectation a fixture', () => {
  assert.deepEqual(Object.keys(expected).sort(), own.map(({ name }) => name).sort());
});

test('not one is refused', () => {
  assert.ok(own.length >= 70);
  for (const [fixture, status] of statuses) assert.equal(status, 200, fixture);
});

for (const { name } of own) {
  test(`${name} makes what the table says`, async () => {
    const tenant = tenants.get(`own-${name}`);
    assert.ok(tenant);
    assert.deepEqual(await madeIn(tenant), expected[name]);
  });
}

test('further recorded payloads (FIXTURES_DIR) are all taken, and none fails', {
  skip: foreign.length === 0,
}, async () => {
  for (const { name } of foreign) {
    const tenant = tenants.get(`foreign-${name}`);
    assert.ok(tenant);
    const made = await madeIn(tenant);
    const raw = made.filter((line) => line.startsWith('raw '));
    assert.equal(raw.length, 1, name);
    assert.match(raw[0] ?? '', /^raw \S+ (processed|waiting|ignored|stored)/, name);
    assert.deepEqual(
      made.filter((line) => /^saga .* (?!completed)(stuck|failed|compensated|running)/.test(line)),
      [],
      name,
    );
  }
});

test('posted again they change nothing', async () => {
  const before = new Map<TestTenant, string[]>();
  for (const fixture of own) {
    const tenant = tenants.get(`own-${fixture.name}`);
    assert.ok(tenant);
    before.set(tenant, await madeIn(tenant));
    await post(fixture, tenant);
  }
  await settled();
  for (const [tenant, made] of before) assert.deepEqual(await madeIn(tenant), made, tenant.tenantId);
});

test('all of them in one tenant: nothing is left behind, nobody is two contacts', async () => {
  const tenant = await api.addTenant('all-in-one');
  for (const fixture of [...own, ...foreign]) await post(fixture, tenant);
  await settled();
  const made = await madeIn(tenant);
  assert.deepEqual(
    made.filter((line) => /failed|stuck|compensat|running/.test(line)),
    [],
  );
  for (const [fixture, status] of statuses) assert.equal(status, 200, fixture);
  const { rows } = await inTenant(api.database.pool, tenant.tenantId, (tx) =>
    tx.query('select 1 from messages group by channel_message_id having count(*) > 1'),
  );
  assert.equal(rows.length, 0);
});

test('what happened to one message takes effect in the order of its arrival, whatever is looked at first', async () => {
  const tenant = await api.addTenant('order');
  const chat = '5511987650011@c.us';
  const inner = 'A5C7000000000000001';
  let count = 0;
  const send = (event: string, payload: object) => {
    count += 1;
    return api.webhook(
      { id: `evt_order${count}`, event, session: 'default', timestamp: 1_790_000_000_000 + count, payload },
      { tenant },
    );
  };
  const id = `true_${chat}_${inner}`;
  await send('message.any', {
    id,
    timestamp: 1_790_000_000,
    from: '5511900000001@c.us',
    to: chat,
    fromMe: true,
    body: 'Oi',
    hasMedia: false,
  });
  await settled();
  await worker.stop();
  const ack = (number: number) =>
    send('message.ack', { id, from: chat, fromMe: true, ack: number, ackName: String(number) });
  for (const number of [2, 3]) await ack(number);
  // The dispatcher meets the second one first.
  await inSystem(api.database.systemPool, (tx) =>
    tx.query(
      `update raw_events set next_attempt_at = now() + case when gateway_event_id = 'evt_order2' then interval '700 milliseconds' else interval '0' end
       where gateway_event_id in ('evt_order2', 'evt_order3')`,
    ),
  );
  worker = await startTestWorker(api.stack.config, api.database);
  await settled();
  const { rows } = await inTenant(api.database.pool, tenant.tenantId, (tx) =>
    tx.query<{ type: string }>(
      `select event_type as type from outbox_events where aggregate_type = 'message' order by id`,
    ),
  );
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['message.created', 'message.delivered', 'message.read'],
  );
});
