// What was sent does not slow what is to be sent: the relay's statements touch the pending rows and nothing of the past, by PostgreSQL's own account.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { listPartitions } from '../../db/outbox-partitions.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import { createRelayPool } from '../../workers/relay/postgres-ports.ts';
import { relayStatements } from '../../workers/relay/statements.ts';
import { writeEvents } from '../support/events.ts';
import { type Cost, explain } from '../support/explain.ts';
import { writeHistory } from '../support/history.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const past = 20_000;
const everything = '-1';
const owner = randomUUID();
type Written = { event_id: string; aggregate_id: string; created_at: string; id: number; lease: number };
let stack: TestStack;
let pool: Pool;
let relayPool: Pool;
let relay: pg.PoolClient;
let written: Written[];

/** New pending events; gives them in their order. */
async function writePending(count: number): Promise<Written[]> {
  const events = Array.from({ length: count }, () => ({ aggregateId: randomUUID(), sequence: 1 }));
  await writeEvents(pool, 't', events);
  const { rows } = await pool.query<Written>(
    `select event_id, aggregate_id, created_at::text as created_at, id, fence * 64 + event.partition_key as lease
     from outbox_events event join relay_leases lease on lease.partition_key = event.partition_key where status = 'pending' order by id`,
  );
  return rows;
}

async function vacuumAnalyze(): Promise<void> {
  const admin = new pg.Client({ connectionString: stack.adminUrl });
  await admin.connect();
  await admin.query('vacuum analyze outbox_events');
  await admin.end();
}

before(async () => {
  stack = await testStack('relay_history');
  pool = createPool({ url: stack.systemUrl, size: 2, name: 'history' });
  relayPool = createRelayPool(stack.systemUrl, 'history-relay', () => undefined);
  relay = await relayPool.connect();
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await pool.query('select * from relay_beat($1, $2, 60000, $3)', [owner, 'history', []]);
  // The relay's statements are prepared while the outbox is empty, as at a first start, and keep that plan.
  for (const what of statementNames) await relay.query({ ...relayStatements[what], values: firstValues[what] });
  await writeHistory(pool, past, { tenantId: 't', hot: true });
  written = await writePending(150);
});
after(async () => {
  relay.release();
  await Promise.all([pool.end(), relayPool.end()]);
  await stack.close();
});

const statementNames = ['pending', 'holding', 'due', 'aggregate', 'sent'] as const;
const firstValues = {
  pending: [0, everything, [], [], 500, true],
  holding: [everything],
  due: [everything],
  aggregate: [owner, 500],
  sent: [[], [], [], owner],
};

/** Runs a prepared statement of the relay, with the plan it has. */
const cost = (what: (typeof statementNames)[number], values: readonly unknown[]): Promise<Cost> =>
  explain(relay, `execute ${relayStatements[what].name}(${values.map(literal).join(', ')})`);
const literal = (value: unknown): string =>
  `'${Array.isArray(value) ? `{${value.map((one) => JSON.stringify(one)).join(',')}}` : String(value)}'`;
const readFromEndToEnd = ({ scanned }: Cost): readonly string[] =>
  scanned.filter((name) => name.startsWith('outbox_events'));

for (const when of ['planned while it was empty', 'planned with statistics', 'analyzed while nothing was pending'])
  describe(`${past} events sent before, ${when}`, () => {
    before(async () => {
      if (when === 'planned with statistics') await vacuumAnalyze();
      if (when !== 'analyzed while nothing was pending') return;
      await pool.query("update outbox_events set status = 'processed' where status = 'pending'");
      await vacuumAnalyze();
      written = await writePending(2_000);
    });

    test('reading what is pending goes by the index of what is pending', async () => {
      for (const after of [0, (written[0]?.id ?? 1) - 1]) {
        const found = await cost('pending', [after, everything, [], [], 500, true]);
        assert.deepEqual(found.indexes, ['outbox_pending']);
        // Whoever reads from the beginning for the first time steps over dead entries once, and leaves them marked.
        assert.ok(found.pages < (after === 0 ? past : 400), `${found.pages} pages`);
      }
      const again = await cost('pending', [0, everything, [], [], 500, true]);
      assert.ok(again.pages < 400, `${again.pages} pages`);
    });

    test('asking what is held back or due costs a few pages', async () => {
      for (const what of ['holding', 'due'] as const) {
        const found = await cost(what, [everything]);
        assert.deepEqual(found.indexes, ['outbox_holding']);
        assert.ok(found.pages < 30, `${found.pages} pages`);
      }
    });

    test('an aggregate’s open rows are found by its own index', async () => {
      const found = await cost('aggregate', [written[0]?.aggregate_id, 500]);
      assert.deepEqual(found.indexes, ['outbox_aggregate']);
      assert.ok(found.pages < 60, `${found.pages} pages`);
    });

    test('a mark costs as much as its rows, whatever lies beside them', async () => {
      const batch = written.splice(0, 50);
      const found = await cost('sent', [
        batch.map(({ event_id }) => event_id),
        batch.map(({ created_at }) => created_at),
        batch.map(({ lease }) => lease),
        owner,
      ]);
      assert.deepEqual(readFromEndToEnd(found), []);
      assert.deepEqual(found.indexes, ['outbox_events_pkey']);
      assert.ok(found.pages < 40 * batch.length, `${found.pages} pages for ${batch.length} rows`);
      const { rows } = await pool.query("select from outbox_events where status = 'pending'");
      assert.equal(rows.length, written.length);
    });
  });

describe('the months', () => {
  const month = '2020-01';
  const part = 'outbox_events_2020_01';
  const thisMonth = `outbox_events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
  let admin: pg.Client;
  before(async () => {
    admin = new pg.Client({ connectionString: stack.adminUrl });
    await admin.connect();
    await admin.query(
      `set timezone = 'UTC'; create table ${part} partition of outbox_events for values from ('${month}-01') to ('2020-02-01');
       alter table ${part} owner to messaging_owner`,
    );
    await writeHistory(pool, past, { tenantId: 't', month: `${month}-01T00:00:00Z` });
    await admin.query(`vacuum analyze ${part}`);
  });
  after(() => admin.end());

  test('what is open in them is counted by indexes', async () => {
    const asked: [string, unknown[]][] = [];
    await inSystem(pool, (tx) => {
      const query: Tx['query'] = (text, values = []) => {
        asked.push([text, [...values]]);
        return tx.query(text, values);
      };
      return listPartitions({ ...tx, query }, 400);
    });
    const [[text, values] = ['', []]] = asked;
    const found = await explain(pool, text, values);
    // Empty months cost nothing, however they are read.
    assert.deepEqual(
      found.scanned.filter((name) => name === part || name === thisMonth),
      [],
    );
    assert.ok(found.pages < 400, `${found.pages} pages`);
  });

  test('one that is due is dropped, or stays, without being read', async () => {
    await admin.query(`update ${part} set status = 'failed' where event_id = (select event_id from ${part} limit 1)`);
    const drop = () => explain(pool, 'select drop_outbox_partition($1, 400)', [part]);
    const stays = await drop();
    assert.ok(stays.pages < 600, `${stays.pages} pages`);
    assert.equal((await admin.query('select to_regclass($1) as it', [part])).rows[0].it, part);
    await admin.query(`update ${part} set status = 'processed' where status = 'failed'`);
    await drop();
    assert.equal((await admin.query('select to_regclass($1) as it', [part])).rows[0].it, null);
  });
});

describe('the log', () => {
  test('a tenant’s log is read in its order by one index, with a type or without', async () => {
    for (const condition of ['', "and event_type = 'message.sent'"]) {
      const found = await explain(
        pool,
        `select event_id from outbox_events where tenant_id = $1 ${condition} order by id desc limit 50`,
        ['t'],
      );
      assert.deepEqual(found.indexes, ['outbox_tenant']);
      assert.ok(found.pages < 150, `${found.pages} pages`);
    }
  });
});
