// Reads on a real database: pages keep the order and pass over nothing, times keep their microseconds, failures tell no values.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/deps.ts';
import { byArrival, type ListOrder } from '../../db/queries/list-order.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { findSaga, listSagas } from '../../db/queries/sagas.ts';
import { messages } from '../../db/schema/messages.ts';
import { toRow } from '../../db/state-store.ts';
import { messageStore } from '../../db/stores/message-store.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import { message } from '../../domain/message/message.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let database: Database;
const tenantId = 'tenant-a';
const inOurs = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTenant(database.pool, tenantId, work);

before(async () => {
  stack = await testStack('read_state');
  database = openDatabase(stack.config, { name: 'read-state-test' });
  await inSystem(database.systemPool, (tx) =>
    tx.query("insert into tenants (tenant_id, name) values ('tenant-a', 'A')"),
  );
});
after(async () => {
  await database.close();
  await stack.close();
});

/** Stores messages alone: without the contacts and channels that their foreign keys ask for. */
async function storeMessages(arrivals: readonly (number | null)[]): Promise<string[]> {
  const admin = new pg.Client({ connectionString: stack.adminUrl });
  await admin.connect();
  try {
    await admin.query('set session_replication_role = replica');
    const ids: string[] = [];
    for (const arrival of arrivals) {
      const id = database.ids.next();
      const place = { projectId: id, channelId: id, contactId: id, createdAt: '2026-06-09T10:13:20.000Z' };
      const state = { ...message.initialState(), ...place, id, arrival, body: 'hello' };
      const columns = await inOurs((tx) => toRow(messageStore, state, database.keysOf(tx)));
      const row = { ...columns, tenant_id: tenantId, sequence: 1 };
      const names = Object.keys(row);
      await admin.query(
        `insert into messages (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
        Object.values(row),
      );
      ids.push(id);
    }
    return ids;
  } finally {
    await admin.end();
  }
}

async function pages(order?: ListOrder): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const request = { limit: 2, cursor };
    const page = await inOurs((tx) => listPage(tx, database.keysOf, messageStore, undefined, request, order));
    seen.push(...page.data.map(({ id }) => String(id)));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return seen;
}

test('pages follow each order to the end: the same arrival twice, and none at all', async () => {
  const ids = await storeMessages([null, 20, 10, 10, 10, null, 5, null]);
  const pick = (...places: number[]) => places.map((place) => ids[place]);
  const ascending = pick(6, 2, 3, 4, 1, 0, 5, 7);
  assert.deepEqual(await pages(byArrival(messages, 'asc')), ascending);
  assert.deepEqual(await pages(byArrival(messages, 'desc')), ascending.toReversed());
  assert.deepEqual(await pages(), ids.toReversed());
});

test('a time keeps its microseconds, in the answer and in the cursor', async () => {
  const ids = Array.from({ length: 3 }, () => database.ids.next());
  await inOurs(async (tx) => {
    for (const [index, id] of ids.entries())
      await tx.query(
        `insert into sagas (tenant_id, correlation_id, workflow_id, saga_type, state, started_at) values ($1, $2, $2::uuid::text, 'test', 'running', $3)`,
        [tenantId, id, `2026-06-09T10:13:20.12345${index}Z`],
      );
  });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await inOurs((tx) => listSagas(tx, { state: 'running' }, { limit: 1, cursor }));
    seen.push(...page.data.map(({ correlationId }) => correlationId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  assert.deepEqual(seen, ids.toReversed());
  const saga = await inOurs((tx) => findSaga(tx, ids[1] ?? ''));
  assert.deepEqual([saga?.startedAt, saga?.endedAt, saga?.subjects], ['2026-06-09T10:13:20.123451Z', null, {}]);
});

test('a read is prepared once a connection', async () => {
  await inOurs(async (tx) => {
    for (let round = 0; round < 3; round += 1) await readOne(tx, database.keysOf, messageStore, database.ids.next());
    const { rows } = await tx.query<{ runs: number }>(
      `select generic_plans + custom_plans as runs from pg_prepared_statements where statement like 'select % from "messages" where %"id" = %' and statement not like '%limit%'`,
    );
    assert.deepEqual(rows, [{ runs: 3 }]);
  });
});

test('what the database refuses tells the code and no value', async () => {
  await assert.rejects(
    inOurs((tx) => tx.db.execute(sql`select ${'canary'}::text::integer`)),
    (error: Error) => {
      assert.deepEqual(
        { ...error, message: error.message },
        {
          name: 'DatabaseError',
          code: 'internal',
          sqlState: '22P02',
          constraint: undefined,
          message: 'PostgreSQL refused with 22P02',
        },
      );
      assert.ok(!String(error.stack).includes('canary'));
      return true;
    },
  );
});
