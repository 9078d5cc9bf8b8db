// An aggregate comes to live from its events: a database that has pipelines is migrated, with processes of the release before still at work.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { type Database, openDatabase } from '../../db/deps.ts';
import { type ReplayOptions, replay } from '../../db/event-store/replay.ts';
import { type AggregateDefinition, execute } from '../../db/execute.ts';
import { migrate } from '../../db/migrate.ts';
import { inSystem, inTenant, type Tx } from '../../db/transaction.ts';
import type { Command } from '../../domain/kernel/define-aggregate.ts';
import type { PipelineCommand } from '../../domain/pipeline/commands.ts';
import type { PipelineEvent } from '../../domain/pipeline/events.ts';
import type { Pipeline } from '../../domain/pipeline/pipeline.ts';
import { createOlderDatabase, dropTestDatabase, type TestDatabase } from '../support/database.ts';
import { assertRowsAreFolds } from '../support/misfolded.ts';
import { type TestStack, testStack } from '../support/stack.ts';

type PipelineDefinition = AggregateDefinition<Pipeline, PipelineCommand, PipelineEvent>;
const migration = '0030_event_sourcing.sql';
const tenantId = 't';
const projectId = randomUUID();
/** The pipeline as the release before had it. */
const older: PipelineDefinition = {
  ...aggregates.pipeline,
  decider: { ...aggregates.pipeline.decider, storage: 'state' } as PipelineDefinition['decider'],
};

let stack: TestStack;
let place: TestDatabase;
let admin: pg.Client;
let database: Database;
before(async () => {
  stack = await testStack('live_from_events');
  place = await createOlderDatabase(stack.adminUrl, 'older', migration);
  admin = new pg.Client({ connectionString: place.adminUrl });
  await admin.connect();
  database = openDatabase(config(), { name: 'live-from-events' });
  await inSystem(database.systemPool, (tx) =>
    tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
  );
  // By SQL: the columns that projects have today are not there yet.
  await inOurs((tx) =>
    tx.query(
      'insert into projects (id, tenant_id, sequence, user_id, name, created_at) values ($1, $2, 1, $3, $4, now())',
      [projectId, tenantId, randomUUID(), 'Shop'],
    ),
  );
});
after(async () => {
  await database.close();
  await admin.end();
  await dropTestDatabase(stack.adminUrl, place.name);
  await stack.close();
});

const config = () => ({
  ...stack.config,
  DATABASE_URL: place.userUrl,
  DATABASE_SYSTEM_URL: place.systemUrl,
  SNAPSHOT_EVERY_EVENTS: 5,
});
const cause = () => ({ causationId: randomUUID(), correlationId: randomUUID() });
const inOurs = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inTenant(database.pool, tenantId, work);
const run = (as: PipelineDefinition, id: string, type: PipelineCommand['type'], data: Command['data'] = {}) =>
  inOurs((tx) => execute(database, tx, as, id, { type, data }, cause()));
const made = async (as: PipelineDefinition, name: string): Promise<string> => {
  const pipelineId = database.ids.next();
  await run(as, pipelineId, 'pipeline.create', { pipelineId, projectId, tenantId, name });
  await run(as, pipelineId, 'pipeline.update', { description: `${name} in Brazil`, color: '#1f9d55' });
  return pipelineId;
};
const replayed = (id: string, options: ReplayOptions = {}) =>
  inOurs((tx) => replay(database, tx, aggregates.pipeline, id, options));

test('pipelines whose events are all there get them, others begin at their row; nothing that older processes still do is lost', async () => {
  const whole = await made(older, 'Whole');
  const cut = await made(older, 'Cut');
  const quiet = await made(older, 'Quiet');
  // As if the month in which they began had been dropped from the log.
  await admin.query('delete from outbox_events where aggregate_id = $1 and aggregate_sequence = 1', [cut]);
  await admin.query('delete from outbox_events where aggregate_id = $1', [quiet]);

  assert.ok((await migrate({ url: place.ownerUrl })).includes(migration));
  await assertRowsAreFolds(admin, config());
  assert.deepEqual(
    [(await replayed(whole)).began, (await replayed(cut)).began, (await replayed(quiet)).began],
    ['at the first event', 'at the base', 'at the base'],
  );
  const first = await replayed(whole, { sequence: 1 });
  assert.deepEqual([first.state.name, first.state.description, first.sequence], ['Whole', null, 1]);
  const migratedAt = new Date();
  await assert.rejects(replayed(cut, { moment: new Date(migratedAt.getTime() - 60_000) }), /before 20.* is not kept/);
  await assert.rejects(replayed(cut, { sequence: 1 }), /is not kept/);

  // The release before is still at work, beside the new one and after it.
  const late = await made(older, 'Late');
  for (const id of [whole, cut, late]) {
    await run(older, id, 'pipeline.deactivate');
    await run(aggregates.pipeline, id, 'pipeline.activate');
    await run(older, id, 'pipeline.update', { name: `${id} again` });
  }
  await assertRowsAreFolds(admin, config());
  assert.equal((await replayed(cut, { moment: migratedAt })).state.name, 'Cut');
  const now = await replayed(cut);
  assert.deepEqual([now.state.name, now.state.color, now.sequence], [`${cut} again`, '#1f9d55', 6]);
  const { rows } = await admin.query<{ differing: number }>(
    `select count(*)::int as differing from event_store stored full join outbox_events sent on sent.event_id = stored.id
     where coalesce(sent.aggregate_type, stored.aggregate_type) = 'pipeline' and sent.aggregate_id <> all($1)
       and (stored.id is null or stored.causation_id <> (sent.metadata ->> 'causation_id')::uuid or stored.occurred_at <> sent.created_at
         or stored.sequence_number <> sent.aggregate_sequence or stored.event_data <> sent.event_data)`,
    [[cut, quiet]],
  );
  assert.deepEqual(rows, [{ differing: 0 }]);
  const { rows: snapshots } = await admin.query('select from event_snapshots');
  assert.ok(snapshots.length > 0, 'the new release takes snapshots');
});

test('what is not whole is seen: a base that is gone, an event that an older process wrote and the trigger did not keep', async () => {
  const id = await made(aggregates.pipeline, 'Seen');
  await assertRowsAreFolds(admin, config());
  await admin.query('alter table outbox_events disable trigger pipeline_events_of_older_processes');
  await run(older, id, 'pipeline.deactivate');
  await assert.rejects(assertRowsAreFolds(admin, config()), /its row is at 4, its last event at 3/);
  await run(aggregates.pipeline, id, 'pipeline.activate');
  await assert.rejects(assertRowsAreFolds(admin, config()), /there is no event 4/);
  await assert.rejects(replayed(id, { useSnapshots: false }), /have a gap after 3/);
});
