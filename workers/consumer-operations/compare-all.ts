// The rebuild of a projection, tenant after tenant and slice by slice, the place noted after each: whoever goes on after a crash does one slice again at most,
// which finds nothing to change. An event that commits behind the place is none that was passed over: it comes to the consumer, which writes the same rows.
import { lastPosition } from '../../db/log-events.ts';
import { type Comparison, compareSlice, sweepRows } from '../../db/projections/compare.ts';
import { inSystem, inTenant } from '../../db/transaction.ts';
import type { Work } from './carry-out.ts';
import { tenantAfter } from './send-range.ts';

/** Goes through the log of all tenants; false: the request is not ours any more. Throws when the database is away, or an event can't be made a row. */
export async function compareAll(work: Work): Promise<boolean> {
  const { deps, current, note } = work;
  const comparison = comparisonOf(work);
  if (current().endPosition === null && !(await note({ endPosition: await inSystem(deps.systemPool, lastPosition) })))
    return false;
  for (;;) {
    const { atTenant, position, endPosition, compared, changed } = current();
    const tenantId = atTenant ?? (await tenantAfter(work, null));
    if (tenantId === undefined) return true;
    const slice = await inTenant(deps.pool, tenantId, (tx) => compareSlice(tx, comparison, position, endPosition ?? 0));
    if (slice.lastPosition === null) {
      const next = await tenantAfter(work, tenantId);
      if (next === undefined) return true;
      if (!(await note({ atTenant: next, position: 0 }))) return false;
      continue;
    }
    const counted = { compared: compared + slice.compared, changed: changed + slice.changed };
    if (!(await note({ atTenant: tenantId, position: slice.lastPosition, ...counted }))) return false;
  }
}

/** Goes through the rows, for those that no event says; begun again after a crash. False: the request is not ours any more. */
export async function sweepAll(work: Work): Promise<boolean> {
  const comparison = comparisonOf(work);
  for (const model of comparison.projection.models)
    for (let after: string | null = null; ; ) {
      let next: string | null = null;
      const noted = await work.note(async (tx) => {
        const swept = await sweepRows(tx, model, comparison, after);
        next = swept.next;
        return { changed: work.current().changed + swept.changed };
      });
      if (!noted) return false;
      if (next === null) break;
      after = next;
    }
  return true;
}

function comparisonOf({ consumer, current }: Work): Comparison {
  const { rebuild, ordered, eventTypes: types, name } = consumer;
  if (!('projection' in rebuild)) throw new Error(`${name} builds no projection.`);
  return { projection: rebuild.projection, ordered, types, onlyCompares: current().onlyCompares };
}
