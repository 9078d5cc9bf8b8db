// The outbox's months on real PostgreSQL: made without a gap, healed, and dropped only when every event in them is old, sent and copied.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { maintainDatabase } from '../../db/maintenance.ts';
import { dropPartition, listPartitions, makePartitions } from '../../db/outbox-partitions.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { uuidv7At } from '../../platform/clock.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const keepDays = 400;
let stack: TestStack;
let pool: Pool;
let owner: pg.Client;
let folder: string;

before(async () => {
  stack = await testStack('partitions');
  pool = createPool({ url: stack.systemUrl, size: 4, name: 'partitions-test' });
  owner = new pg.Client({ connectionString: stack.migrationUrl });
  await owner.connect();
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  folder = await mkdtemp(path.join(tmpdir(), 'outbox-archive-'));
});
afterEach(async () => {
  await pool.query("update outbox_events set status = 'processed'");
  for (const name of await names()) if (name.includes('_2020_')) await owner.query(`drop table ${name}`);
});
after(async () => {
  await owner.end();
  await pool.end();
  await rm(folder, { recursive: true, force: true });
  await stack.close();
});

const names = async (): Promise<string[]> =>
  (await inSystem(pool, (tx) => listPartitions(tx, keepDays))).map(({ name }) => name);
const placeOf = async (eventId: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ place: string }>(
    'select tableoid::regclass::text as place from outbox_events where event_id = $1',
    [eventId],
  );
  return rows[0]?.place;
};
const ensure = async (moment: string): Promise<number> => {
  const { rows } = await pool.query<{ made: number }>('select ensure_outbox_partitions(2, $1) as made', [moment]);
  return rows[0]?.made ?? -1;
};

/** A month long past, with an event in it. */
async function oldMonth(month: string, status = 'processed'): Promise<{ name: string; eventId: string }> {
  const name = `outbox_events_2020_${month}`;
  const next = String(Number(month) + 1).padStart(2, '0');
  await owner.query(`create table ${name} partition of outbox_events for values from ('2020-${month}-01Z') to ('2020-${next}-01Z');
    alter table ${name} enable row level security; alter table ${name} force row level security`);
  return { name, eventId: await write(`2020-${month}-15T12:00:00Z`, status) };
}

async function write(createdAt: string, status = 'pending'): Promise<string> {
  const eventId = uuidv7At(new Date(createdAt));
  await pool.query(
    `insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
       correlation_id, tenant_id, created_at, status)
     values ($1, $2, 'message', 1, 'message.sent', 'v1', '{"n": 1}', '{}', $2, 't', $3, $4)`,
    [eventId, randomUUID(), createdAt, status],
  );
  return eventId;
}

describe('months are made ahead', () => {
  test('two ahead of the month it is, to the millisecond, without a gap; what came before its month moves into it', async () => {
    const before = await write('2031-02-28T23:59:59.999Z');
    const midnight = await write('2031-03-01T00:00:00Z');
    const far = await write('2031-06-01T00:00:00Z');
    assert.equal(await placeOf(before), 'outbox_events_default');
    await ensure('2030-12-31T23:59:59.999Z');
    assert.equal(await placeOf(before), 'outbox_events_2031_02');
    assert.equal(await placeOf(midnight), 'outbox_events_default');
    assert.equal(await ensure('2031-01-01T00:00:00Z'), 1);
    assert.equal(await placeOf(midnight), 'outbox_events_2031_03');
    assert.equal(await placeOf(far), 'outbox_events_default');
    assert.equal(await ensure('2031-01-31T23:59:59.999Z'), 0);
    const months = (await inSystem(pool, (tx) => listPartitions(tx, keepDays))).filter(({ fromAt }) => fromAt !== null);
    for (const [index, { fromAt }] of months.slice(1).entries()) assert.equal(fromAt, months[index]?.toAt);
  });

  test('a session in another time zone makes the same months', async () => {
    const client = new pg.Client({ connectionString: stack.systemUrl, options: '-c timezone=Pacific/Kiritimati' });
    await client.connect();
    await client.query("select ensure_outbox_partitions(2, '2032-03-31T23:59:00Z')");
    await client.end();
    const last = (await inSystem(pool, (tx) => listPartitions(tx, keepDays))).filter(({ toAt }) => toAt).at(-1);
    assert.deepEqual([last?.fromAt, last?.toAt], ['2032-05-01T00:00:00.000Z', '2032-06-01T00:00:00.000Z']);
  });

  test('several at once make each month once, and none fails', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => ensure('2033-01-01T00:00:00Z')));
    const all = await names();
    assert.ok(all.includes('outbox_events_2033_03'));
    assert.equal(made.filter((count) => count > 0).length, 1);
    assert.equal(await inSystem(pool, makePartitions), 0);
  });

  test('a new month keeps tenants apart like the others', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `select relname as name from pg_class where relname like 'outbox_events_%' and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)`,
    );
    assert.deepEqual(rows, []);
  });
});

describe('old months are dropped', () => {
  const options = (archiveFolder?: string) => ({ keepDays, archiveFolder });

  test('copied first, and only the old ones; a claim goes with its event, not before', async () => {
    const { name, eventId } = await oldMonth('03');
    const young = uuidv7At(new Date());
    // Neither of the application's roles may write a claim of another day.
    const admin = new pg.Client({ connectionString: stack.adminUrl });
    await admin.connect();
    await admin.query(
      `insert into processed_events (event_id, consumer_name, tenant_id, processed_at)
       values ($1, 'some_consumer', 't', '2020-03-16Z'), ($2, 'some_consumer', 't', now()), ($1, 'another', 't', '2020-03-16Z'), ($1, 'late', 't', now())`,
      [eventId, young],
    );
    await admin.end();
    const kept = await maintainDatabase(pool, options());
    assert.deepEqual([kept.dropped, kept.claimsForgotten], [[], 0]);
    assert.match(kept.problems.join(), new RegExp(`${name} is older than the retention: set OUTBOX_ARCHIVE_FOLDER`));

    const report = await maintainDatabase(pool, options(folder));
    assert.deepEqual(report.dropped, [name]);
    assert.deepEqual(report.problems, []);
    assert.ok(!(await names()).includes(name));
    const lines = gunzipSync(await readFile(path.join(folder, `${name}.jsonl.gz`)))
      .toString()
      .trim()
      .split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ event_id, event_data }) => [event_id, event_data]),
      [[eventId, { n: 1 }]],
    );
    assert.deepEqual(await readdir(folder), [`${name}.jsonl.gz`]);
    assert.equal(report.claimsForgotten, 2);
    const { rows } = await pool.query('select event_id, consumer_name as name from processed_events order by name');
    // A claim that is young itself stays, however old its event: what came late may come again.
    assert.deepEqual(rows, [
      { event_id: eventId, name: 'late' },
      { event_id: young, name: 'some_consumer' },
    ]);
  });

  for (const status of ['pending', 'failed'])
    test(`one with a ${status} event stays, and that is said, until it is decided`, async () => {
      const { name, eventId } = await oldMonth('05', status);
      const report = await maintainDatabase(pool, options('none'));
      assert.deepEqual(report.dropped, []);
      assert.match(
        report.problems.join(),
        new RegExp(`${name} .* holds 1 events that are not sent: redrive or discard`),
      );
      // Also when it came after the look from outside: the drop looks again, under its lock.
      assert.match((await inSystem(pool, (tx) => dropPartition(tx, name, keepDays))) ?? '', /not sent/);
      assert.equal(await placeOf(eventId), name);
      await pool.query("update outbox_events set status = 'processed' where event_id = $1", [eventId]);
      assert.deepEqual((await maintainDatabase(pool, options('none'))).dropped, [name]);
    });

  for (const [what, table, columns, values] of [
    [
      'dead letters',
      'consumer_failures',
      'event_type, aggregate_id, attempts, last_error, dead_at',
      "'x', gen_random_uuid(), 5, 'no', now()",
    ],
    [
      'events in retry',
      'consumer_failures',
      'event_type, aggregate_id, attempts, last_error',
      "'x', gen_random_uuid(), 1, 'no'",
    ],
    ['events to be sent again', 'consumer_resends', 'skip', 'false'],
    ['parked events', 'parked_events', 'aggregate_id, sequence, skip, envelope', "gen_random_uuid(), 2, false, '{}'"],
  ] as const)
    test(`one with ${what} of a consumer stays, and that is said`, async () => {
      const { name, eventId } = await oldMonth('02');
      const admin = new pg.Client({ connectionString: stack.adminUrl });
      await admin.connect();
      try {
        await admin.query(
          `insert into ${table} (consumer_name, event_id, tenant_id, ${columns}) values ('slow_one', $1, 't', ${values})`,
          [eventId],
        );
        const report = await maintainDatabase(pool, options('none'));
        assert.deepEqual(report.dropped, []);
        assert.match(report.problems.join(), new RegExp(`${name} stays: it holds ${what} of slow_one`));
        assert.equal(await placeOf(eventId), name);
      } finally {
        await admin.query(`delete from ${table}`).finally(() => admin.end());
      }
      assert.deepEqual((await maintainDatabase(pool, options('none'))).dropped, [name]);
    });

  test('none while a replay or rebuild is open', async () => {
    const { name } = await oldMonth('04');
    await pool.query(
      "insert into consumer_requests (id, consumer_name, kind, total) values (gen_random_uuid(), 'slow_one', 'rebuild', 1)",
    );
    const report = await maintainDatabase(pool, options('none'));
    assert.deepEqual(report.dropped, []);
    assert.match(report.problems.join(), new RegExp(`${name} stays: a rebuild of slow_one is not done yet`));
    await pool.query("update consumer_requests set state = 'done', ended_at = now()");
    assert.deepEqual((await maintainDatabase(pool, options('none'))).dropped, [name]);
  });

  test('never one that is younger than the retention by a day, nor the month it is, nor what has no month', async () => {
    const { name } = await oldMonth('07');
    const days = Math.floor((Date.now() - Date.parse('2020-08-01Z')) / 86_400_000);
    const drop = (part: string, keep: number) => inSystem(pool, (tx) => dropPartition(tx, part, keep));
    assert.equal(await drop(name, days + 1), 'younger than the retention');
    assert.equal(await drop('outbox_events_default', 1), 'younger than the retention');
    const { rows } = await pool.query<{ name: string }>(
      'select name from outbox_partitions where now() >= from_at and now() < to_at',
    );
    assert.equal(await drop(rows[0]?.name ?? '', 1), 'younger than the retention');
    await assert.rejects(drop(name, 0), /22023/);
    assert.equal(await drop(name, days), null);
  });

  test('several at once drop it once, and none finds a problem', async () => {
    const { name } = await oldMonth('09');
    const reports = await Promise.all([1, 2, 3].map(() => maintainDatabase(pool, options(folder))));
    const dropped = reports.flatMap((report) => report.dropped);
    // The one that copied may find the others at the partitions; then the next round does it.
    const again = dropped.length === 0 ? (await maintainDatabase(pool, options(folder))).dropped : [];
    assert.deepEqual([...dropped, ...again], [name]);
    assert.deepEqual(
      reports.flatMap(({ problems }) => problems),
      [],
    );
  });

  test('while a transaction reads the outbox it waits a second at most, and writers go on afterwards', async () => {
    const { name } = await oldMonth('11');
    const reader = new pg.Client({ connectionString: stack.systemUrl });
    await reader.connect();
    try {
      await reader.query('begin; select count(*) from outbox_events');
      const report = await maintainDatabase(pool, options('none'));
      assert.match(report.problems.join(), /dropping old partitions of the outbox: .* try again/);
      assert.deepEqual(report.dropped, []);
      await write(new Date().toISOString());
    } finally {
      await reader.end();
    }
    assert.deepEqual((await maintainDatabase(pool, options('none'))).dropped, [name]);
  });
});
