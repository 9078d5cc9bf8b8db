// Many commands at once on a real database: the same effects as one by one, in two statements, all or nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { executeMany, type ManyCommand } from '../../db/execute-many.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import { eventually } from '../support/eventually.ts';
import { type TestStack, testStack } from '../support/stack.ts';

const tenantId = 'tenant-a';
let stack: TestStack;
let database: Database;
let projectId: string;
let admin: pg.Client;

before(async () => {
  stack = await testStack('execute_many');
  database = openDatabase(stack.config, { name: 'execute-many' });
  admin = new pg.Client({ connectionString: stack.adminUrl });
  await admin.connect();
  projectId = database.ids.next();
  await inSystem(database.systemPool, (tx) =>
    tx.query("insert into tenants (tenant_id, name) values ('tenant-a', 'A')"),
  );
  const data = { projectId, userId: database.ids.next(), tenantId, name: 'Shop' };
  await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.project, projectId, { type: 'project.create', data }, cause()),
  );
});
after(async () => {
  await admin.end();
  await database.close();
  await stack.close();
});

const cause = () => ({ causationId: database.ids.next(), correlationId: database.ids.next() });
const newIds = (count: number): string[] => Array.from({ length: count }, () => database.ids.next());
type Contact = ManyCommand<{
  readonly type: 'contact.create' | 'contact.update';
  readonly data: unknown;
  readonly at: string;
}>;
const create = (id: string, n: number): Contact => ({
  id,
  command: {
    type: 'contact.create',
    data: { contactId: id, projectId, tenantId, name: `Canary ${n}`, phone: `55119876${String(n).padStart(5, '0')}` },
  },
});
const rename = (id: string, name: string): Contact => ({ id, command: { type: 'contact.update', data: { name } } });
const run = (tx: Tx, commands: readonly Contact[]) =>
  executeMany(database, tx, aggregates.contact, commands as never, cause());
const inOne = (commands: readonly Contact[]) => inTenant(database.pool, tenantId, (tx) => run(tx, commands));
const eventsOf = async (ids: readonly string[]) => {
  const { rows } = await inTenant(database.pool, tenantId, (tx) =>
    tx.query<{ aggregate_id: string; sequence: number; type: string; data: string; stored: number }>(
      `select aggregate_id, aggregate_sequence as sequence, event_type as type, event_data::text as data,
         (select count(*) from event_store where aggregate_id = any($1)) as stored
       from outbox_events where aggregate_id = any($1) order by id`,
      [ids],
    ),
  );
  return rows;
};

test('three hundred aggregates: one statement appends all events, each in its sequence, sealed, and in the log', async () => {
  const ids = newIds(300);
  const commands = [...ids.map(create), ...ids.map((id) => rename(id, 'Canary Other'))];
  let appends = 0;
  await inTenant(database.pool, tenantId, (tx) =>
    run(
      {
        ...tx,
        query: (text, values) => {
          if (/insert into outbox_events/.test(text)) appends += 1;
          return tx.query(text, values);
        },
        get db() {
          return tx.db;
        },
      },
      commands,
    ),
  );
  assert.equal(appends, 1);
  const events = await eventsOf(ids);
  const last = new Map<string, number>();
  for (const { aggregate_id, sequence, data } of events) {
    assert.equal(sequence, (last.get(aggregate_id) ?? 0) + 1);
    last.set(aggregate_id, sequence);
    assert.ok(!data.includes('Canary') && !data.includes('55119876'), 'personal data stands open');
  }
  assert.equal(last.size, 300);
  assert.equal(events[0]?.stored, events.length);
});

test('has the effects of the same commands one by one', async () => {
  const [together = '', alone = ''] = newIds(2);
  const commands = (id: string): Contact[] => [create(id, 77_000), rename(id, 'Ann'), rename(id, 'Anna')];
  const results = await inOne(commands(together));
  const single: { events: readonly unknown[]; sequence: number }[] = [];
  for (const { id, command } of commands(alone))
    single.push(
      await inTenant(database.pool, tenantId, (tx) =>
        execute(database, tx, aggregates.contact, id, { ...command, data: withOther(command.data) }, cause()),
      ),
    );
  assert.deepEqual(
    results.map(({ sequence, events }) => [sequence, events.map((event) => event.type)]),
    single.map(({ sequence, events }) => [sequence, events.map((event) => (event as { type: string }).type)]),
  );
  const [one, other] = await inTenant(database.pool, tenantId, async (tx) => [
    await load(database, tx, aggregates.contact, together),
    await load(database, tx, aggregates.contact, alone),
  ]);
  const bare = ({ state, sequence }: typeof one) => ({
    ...state,
    id: '',
    phone: '',
    createdAt: '',
    updatedAt: '',
    lastInteractionAt: '',
    firstInteractionAt: '',
    sequence,
  });
  assert.deepEqual(bare(one), bare(other));
});
/** Two contacts of a project can not have one phone. */
const withOther = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'phone' in data ? { ...data, phone: '5511900009999' } : data;

test('all or nothing: a refusal in the middle, or a version that is not as expected, leaves no trace', async () => {
  const [known = '', fresh = ''] = newIds(2);
  await inOne([create(known, 78_000)]);
  const before = await eventsOf([known, fresh]);
  await assert.rejects(inOne([create(fresh, 78_001), { ...rename(known, 'X'), expectedSequence: 9 }]), {
    code: 'precondition_failed',
  });
  await assert.rejects(
    inOne([create(fresh, 78_001), { id: known, command: { type: 'contact.update', data: { name: 5 } } }]),
    {
      code: 'validation_failed',
    },
  );
  assert.deepEqual(await eventsOf([known, fresh]), before);
});

/** Asked as superuser: a role does not see what another one's sessions wait for. */
const waitingForLocks = async (): Promise<number> => {
  const { rows } = await admin.query<{ count: number }>(
    "select count(*) as count from pg_stat_activity where datname = current_database() and application_name = 'execute-many' and wait_event_type = 'Lock'",
  );
  return Number(rows[0]?.count ?? 0);
};

test('two at once over the same aggregates, in opposite order: both take effect, one after the other', async () => {
  const ids = newIds(40);
  await inOne(ids.map((id, index) => create(id, 79_000 + index)));
  const was = (await eventsOf(ids)).length;
  let second: Promise<unknown> | undefined;
  await inTenant(database.pool, tenantId, (tx) =>
    run(
      {
        ...tx,
        query: async (text, values) => {
          // The second begins after the first has read, and before it writes.
          if (/insert into outbox_events/.test(text)) {
            let isOver = false;
            second = inOne([...ids].reverse().map((id) => rename(id, 'Two'))).finally(() => {
              isOver = true;
            });
            second.catch(() => undefined);
            await eventually(async () => isOver || (await waitingForLocks()) > 0);
          }
          return tx.query(text, values);
        },
        get db() {
          return tx.db;
        },
      },
      ids.map((id) => rename(id, 'One')),
    ),
  );
  await second;
  const events = await eventsOf(ids);
  assert.equal(events.length, was + 160, 'an event of the change and one of the name, each');
  for (const id of ids) {
    const sequences = events.filter(({ aggregate_id }) => aggregate_id === id).map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => index + 1),
    );
  }
});

test('when another made one of them first, nothing of the many is written', async () => {
  // Projects hold nothing sealed: where a subject's key is made first, the second already waits there.
  const ids = newIds(3);
  const projects = (tx: Tx, wanted: readonly string[]) =>
    executeMany(
      database,
      tx,
      aggregates.project,
      wanted.map((id) => ({
        id,
        command: {
          type: 'project.create' as const,
          data: { projectId: id, userId: projectId, tenantId, name: 'Shop' },
        },
      })),
      cause(),
    );
  await inTenant(database.pool, tenantId, async (tx) => {
    // Read as absent, then made by somebody else before the write.
    const late: Tx = {
      ...tx,
      query: async (text, values) => {
        if (/insert into outbox_events/.test(text))
          await inTenant(database.pool, tenantId, (other) => projects(other, ids.slice(1, 2)));
        return tx.query(text, values);
      },
      get db() {
        return tx.db;
      },
    };
    await assert.rejects(projects(late, ids), { code: 'version_conflict' });
  });
  assert.deepEqual(
    (await eventsOf(ids)).map(({ aggregate_id }) => aggregate_id),
    [ids[1]],
  );
});
