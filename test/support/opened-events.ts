// An event-sourced aggregate's log with its sealed parts opened, as a fold needs it.
import { openEvents } from '../../db/queries/open-sealed-parts.ts';
import type { KeysOf } from '../../db/tenant-keys.ts';
import type { Tx } from '../../db/transaction.ts';

/** Its events in their order. */
export async function openedEvents(
  tx: Tx,
  keysOf: KeysOf,
  aggregateId: string,
): Promise<{ readonly type: string; readonly data: unknown }[]> {
  const { rows } = await tx.query<{ type: string; data: unknown }>(
    'select event_type as type, event_data as data from event_store where tenant_id = $1 and aggregate_id = $2 order by sequence_number',
    [tx.tenantId, aggregateId],
  );
  const opened = await openEvents(
    keysOf(tx),
    rows.map((row) => ({ ...row, aggregateId })),
  );
  return rows.map(({ type }, index) => ({ type, data: opened[index]?.data }));
}
