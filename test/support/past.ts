// Contacts with a past, for tests of replays: renamed again and again, each time in a millisecond of its own.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { type Replayed, type ReplayOptions, replay } from '../../db/event-store/replay.ts';
import type { Cause } from '../../db/execute.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { done } from './answers.ts';
import { type Json, startTestApi, type TestApi } from './api.ts';

/** A running API whose snapshots come every five events. */
export type Past = {
  readonly api: TestApi;
  /** As superuser: sees and damages everything. */
  readonly admin: pg.Client;
  readonly inOurs: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** A contact that was renamed so many times, and what the API answered after each. */
  readonly renamed: (times: number) => Promise<{ readonly id: string; readonly answers: readonly Json[] }>;
  readonly momentOf: (id: string, sequence: number) => Promise<string>;
  /** What the API says it was when it had given this answer. */
  readonly answerAt: (id: string, answer: Json | undefined) => Promise<Json>;
  readonly replayed: (id: string, options?: ReplayOptions) => Promise<Replayed<Contact>>;
  readonly snapshotsOf: (id: string) => Promise<{ readonly sequence: number; readonly state: string }[]>;
  readonly close: () => Promise<void>;
};

/** So many events lie between two snapshots. */
export const snapshotEvery = 5;

/** Starts it. */
export async function openPast(name: string): Promise<Past> {
  const api = await startTestApi(name, { SNAPSHOT_EVERY_EVENTS: snapshotEvery });
  const admin = new pg.Client({ connectionString: api.stack.adminUrl });
  await admin.connect();
  const inOurs: Past['inOurs'] = (work) => inTenant(api.database.pool, api.tenant.tenantId, work);
  const momentOf: Past['momentOf'] = async (id, sequence) => {
    const { rows } = await admin.query<{ at: Date }>(
      'select occurred_at as at from event_store where aggregate_id = $1 and sequence_number = $2',
      [id, sequence],
    );
    return rows[0]?.at.toISOString() ?? assert.fail(`no event ${sequence}`);
  };
  return {
    api,
    admin,
    inOurs,
    momentOf,
    renamed: async (times) => {
      const made = await api.contact({ phone: `55119${String(Math.random()).slice(2, 10)}`, name: 'Name 0' });
      const id = String(made['id']);
      const answers = [made];
      for (let index = 1; index <= times; index += 1) {
        await nextMillisecond();
        answers.push(await done(api.call('PATCH', `/v1/contacts/${id}`, { body: { name: `Name ${index}` } })));
      }
      return { id, answers };
    },
    answerAt: async (id, answer) => {
      const asOf = await momentOf(id, Number(answer?.['sequence']));
      return done(api.call('GET', `/v1/contacts/${id}?asOf=${asOf}`));
    },
    replayed: (id, options) => inOurs((tx) => replay(api.database, tx, aggregates.contact, id, options)),
    snapshotsOf: async (id) => {
      const { rows } = await admin.query<{ sequence: number | string; state: string }>(
        'select sequence_number as sequence, state from event_snapshots where aggregate_id = $1 order by sequence_number',
        [id],
      );
      return rows.map(({ sequence, state }) => ({ sequence: Number(sequence), state }));
    },
    close: async () => {
      await admin.end();
      await api.close();
    },
  };
}

/** Returns in another millisecond than it was called in. */
export async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now; ) await new Promise(setImmediate);
}

/** A cause of its own. */
export const someCause = (): Cause => ({ causationId: randomUUID(), correlationId: randomUUID() });
