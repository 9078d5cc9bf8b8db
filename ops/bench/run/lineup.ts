// The contenders as the benchmark sees them: how each gets its backlog and what is left of it.
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { bossQueues } from '../peers/boss.ts';
import type { ContenderKind } from '../peers/index.ts';
import { logical } from '../peers/pgoutput.ts';
import { emptyOutbox, fillOutbox, jobPayload, type Shape, settle } from './events.ts';

/** One of them. `order`: what it promises for the events of one aggregate. */
export type Contender = {
  readonly kind: ContenderKind;
  readonly name: string;
  readonly order: 'yes' | 'no' | 'one process only' | 'not in a batch' | '–';
  readonly fill: (place: Place, shape: Shape) => Promise<void>;
  /** How many events are not done. */
  readonly left: (place: Place) => Promise<number>;
  /** After a round. */
  readonly clean?: (place: Place) => Promise<void>;
};

/** A superuser's pool and address of the benchmark's database. */
export type Place = { readonly admin: pg.Pool; readonly adminUrl: string };

const count = async ({ admin }: Place, what: string): Promise<number> =>
  Number((await admin.query<{ left: number }>(`select count(*) as left from ${what}`)).rows[0]?.left);
const fromOutbox = {
  fill: async ({ admin }: Place, shape: Shape) => {
    await emptyOutbox(admin);
    await fillOutbox(admin, shape);
  },
  left: (place: Place) => count(place, "outbox_events where status = 'pending'"),
};
const nothing = { fill: async () => {}, left: async () => 0 };

const graphile = (queueName: string) => ({
  fill: async ({ admin }: Place, shape: Shape) => {
    await admin.query('truncate graphile_worker._private_jobs, graphile_worker._private_job_queues');
    await emptyOutbox(admin);
    await fillOutbox(admin, shape);
    await admin.query(
      `select count(*) from graphile_worker.add_jobs(array(
         select row('relay', ${jobPayload}, ${queueName}, now() - interval '1 day' + id * interval '1 microsecond', null, null, null, null)::graphile_worker.job_spec
         from outbox_events order by id))`,
    );
    await emptyOutbox(admin);
    await admin.query('analyze graphile_worker._private_jobs');
    await settle(admin);
  },
  left: (place: Place) => count(place, 'graphile_worker._private_jobs'),
});

const boss = (queue: string) => ({
  fill: async ({ admin, adminUrl }: Place, shape: Shape) => {
    await admin.query('truncate pgboss.job');
    await emptyOutbox(admin);
    await fillOutbox(admin, shape);
    const filler = await startBossFiller(adminUrl);
    const { rows } = await admin.query<{ key: string; data: object }>(
      `select aggregate_id as key, ${jobPayload} as data from outbox_events order by id`,
    );
    // An insert has one moment for all of its jobs, and ties are broken by a random id: each of an aggregate's jobs needs a later insert.
    for (const jobs of inTurns(rows))
      await filler.insert(
        queue,
        jobs.map(({ key, data }) => ({ data, singletonKey: key })),
      );
    await filler.stop({ close: true });
    await emptyOutbox(admin);
    await admin.query('analyze pgboss.job');
    await settle(admin);
  },
  left: (place: Place) => count(place, "pgboss.job where state < 'completed'"),
});

/** All of them, the ceiling first. */
export const lineup = {
  bare: { kind: 'bare', name: 'bare client, confirms (the ceiling)', order: '–', ...nothing },
  relay: { kind: 'relay', name: 'this relay', order: 'yes', ...fromOutbox },
  pgoutput: {
    kind: 'pgoutput',
    name: 'logical replication (pgoutput)',
    order: 'yes',
    fill: async (place, shape) => {
      await emptyOutbox(place.admin);
      await makeSlot(place);
      await fillOutbox(place.admin, shape);
    },
    left: async () => 0,
    clean: dropSlot,
  },
  batch: { kind: 'batch', name: 'batches with SKIP LOCKED', order: 'one process only', ...fromOutbox },
  graphile: { kind: 'graphile', name: 'graphile-worker', order: 'no', ...graphile('null') },
  graphileOrdered: {
    kind: 'graphile',
    name: 'graphile-worker, a queue for each aggregate',
    order: 'not in a batch',
    ...graphile('aggregate_id::text'),
  },
  graphileSingly: {
    kind: 'graphileSingly',
    name: 'graphile-worker, the same, one job a fetch',
    order: 'yes',
    ...graphile('aggregate_id::text'),
  },
  boss: { kind: 'boss', name: 'pg-boss', order: 'no', ...boss(bossQueues.plain) },
  bossOrdered: { kind: 'bossOrdered', name: 'pg-boss, key_strict_fifo', order: 'yes', ...boss(bossQueues.ordered) },
  oneRow: { kind: 'oneRow', name: 'one row at a time', order: 'one process only', ...fromOutbox },
} satisfies Record<string, Contender>;

/** Makes the peers' own tables and the publication. */
export async function preparePeers({ admin, adminUrl }: Place): Promise<void> {
  await runMigrations({ connectionString: adminUrl });
  const filler = await startBossFiller(adminUrl, true);
  await filler.createQueue(bossQueues.plain);
  await filler.createQueue(bossQueues.ordered, { policy: 'key_strict_fifo' });
  await filler.stop({ close: true });
  await admin.query(
    `create publication ${logical.publication} for table outbox_events with (publish = 'insert', publish_via_partition_root = true)`,
  );
}

/** From here on the log is kept for the reader. */
export async function makeSlot(place: Place): Promise<void> {
  await dropSlot(place);
  await place.admin.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [logical.slot]);
}

/** Lets the log go. */
export async function dropSlot({ admin }: Place): Promise<void> {
  await admin.query(
    `select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 and not active`,
    [logical.slot],
  );
}

async function startBossFiller(adminUrl: string, migrate = false): Promise<PgBoss> {
  const filler = new PgBoss({ connectionString: adminUrl, supervise: false, schedule: false, migrate });
  filler.on('error', () => undefined);
  return filler.start();
}

/** Cuts rows where a key would come twice, at most 1,000 at once. */
function* inTurns<Row extends { readonly key: string }>(rows: readonly Row[]): Generator<Row[]> {
  let turn = new Map<string, Row>();
  for (const row of rows) {
    if (turn.has(row.key) || turn.size >= 1_000) {
      yield [...turn.values()];
      turn = new Map();
    }
    turn.set(row.key, row);
  }
  if (turn.size > 0) yield [...turn.values()];
}
