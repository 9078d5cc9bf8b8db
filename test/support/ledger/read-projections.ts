// What every contact's row says beside what the fold of its events gives, as hashes.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { aggregates } from '../../../db/aggregates.ts';
import type { Database } from '../../../db/deps.ts';
import { load } from '../../../db/execute.ts';
import { openEvents } from '../../../db/queries/open-sealed-parts.ts';
import { inTenant } from '../../../db/transaction.ts';
import type { ContactEvent } from '../../../domain/contact/events.ts';
import type { Ledger } from '../invariants.ts';

type StoredEvent = {
  readonly tenant_id: string;
  readonly aggregate_id: string;
  readonly event_type: string;
  readonly event_data: unknown;
};

/** Folds all contacts, tenant by tenant, each through its own keys. */
export async function readProjections(admin: pg.Pool, database: Database): Promise<Ledger['projections']> {
  const { rows } = await admin.query<StoredEvent>(
    `select tenant_id, aggregate_id, event_type, event_data from event_store where aggregate_type = 'contact'
     union all select tenant_id, id, '', null from contacts where id not in (select aggregate_id from event_store)
     order by tenant_id, aggregate_id`,
  );
  const sequences = await admin.query<{ id: string; stored: number | string; log: number | string }>(
    `select contact.id, contact.sequence as stored, count(event.*) as log from contacts contact
     left join event_store event on event.aggregate_id = contact.id group by contact.id, contact.sequence`,
  );
  const found: { aggregateId: string; stored: string; folded: string }[] = sequences.rows.map(
    ({ id, stored, log }) => ({
      aggregateId: id,
      stored: `sequence ${stored}`,
      folded: `sequence ${log}`,
    }),
  );
  for (const tenantId of new Set(rows.map(({ tenant_id }) => tenant_id))) {
    const ids = new Set(rows.filter(({ tenant_id }) => tenant_id === tenantId).map(({ aggregate_id }) => aggregate_id));
    await inTenant(database.pool, tenantId, async (tx) => {
      const keys = database.keysOf(tx);
      for (const aggregateId of ids) {
        const { rows: own } = await tx.query<{ event_type: string; event_data: unknown }>(
          'select event_type, event_data from event_store where aggregate_type = $1 and aggregate_id = $2 order by sequence_number',
          ['contact', aggregateId],
        );
        const sealed = own.map(({ event_type, event_data }) => ({ aggregateId, type: event_type, data: event_data }));
        const opened = await openEvents(keys, sealed);
        const events = opened.map(({ data }, index) => ({ type: own[index]?.event_type, data }) as ContactEvent);
        const { evolve, initialState } = aggregates.contact.decider;
        // An event-sourced aggregate's state comes from its events alone.
        const folded = events.reduce((state, event) => evolve(state, event, undefined as never), initialState());
        const { state } = await load(database, tx, aggregates.contact, aggregateId);
        found.push({ aggregateId, stored: hash(state), folded: hash(folded) });
      }
    });
  }
  return found;
}

function hash(state: object): string {
  const sorted = Object.entries(state).sort(([one], [other]) => one.localeCompare(other));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 12);
}
