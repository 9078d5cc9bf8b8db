// All facts of a ledger out of a run's database; what only the runner knows (processes, what is held) is handed in.
import type pg from 'pg';
import type { Database } from '../../../db/deps.ts';
import type { Ledger, LedgerConsumer } from '../invariants.ts';
import { readMisfolded } from '../misfolded.ts';
import { readEffects, readEvents, readSagas } from './read-events.ts';
import { readCanaries, readForeignRows } from './read-tenancy.ts';

/** Where to read. `canary`: stands in every personal field; `output`: what processes printed; `inTheClear`: messages at the broker that hold it. `queues`: messages left in them. */
export type LedgerSources = {
  readonly admin: pg.Pool;
  readonly database: Database;
  readonly consumers: readonly LedgerConsumer[];
  readonly acked?: readonly string[];
  readonly tenants: readonly string[];
  readonly canary: string;
  readonly output?: string;
  readonly inTheClear?: number;
  readonly queues?: Ledger['waiting'];
  readonly exits?: Ledger['exits'];
  readonly held?: Ledger['held'];
  /** With what tenants' work is done; the database's own pool when left out. */
  readonly tenantPool?: pg.Pool;
};

/** Reads them. */
export async function readLedger(sources: LedgerSources): Promise<Ledger> {
  const { admin, database, consumers, canary, output = '', inTheClear = 0 } = sources;
  return {
    events: await readEvents(admin),
    acked: sources.acked ?? [],
    consumers,
    effects: await readEffects(admin),
    misfolded: await readMisfolded(admin, database),
    waiting: [...(await readWaiting(admin, consumers)), ...(sources.queues ?? [])],
    sagas: await readSagas(admin),
    foreignRows: await readForeignRows(admin, sources.tenantPool ?? database.pool, sources.tenants),
    canaries: [
      ...(await readCanaries(admin, canary)),
      { place: 'logs', count: output.split(canary).length - 1 },
      { place: 'messages at the broker', count: inTheClear },
    ],
    exits: sources.exits ?? [],
    held: sources.held ?? [],
  };
}

/** Rows that were not sent, and events that wait for their predecessor. */
export async function readWaiting(
  admin: pg.Pool,
  consumers: readonly Pick<LedgerConsumer, 'name'>[],
): Promise<Ledger['waiting']> {
  const { rows } = await admin.query<{ what: string; count: number | string }>(
    `select 'unpublished rows' as what, count(*) as count from outbox_events where status not in ('processed', 'discarded')
     union all select 'parked events', count(*) from parked_events where consumer_name = any($1)`,
    [consumers.map(({ name }) => name)],
  );
  return rows.map(({ what, count }) => ({ what, count: Number(count) }));
}
