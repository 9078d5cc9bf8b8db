// Compares all rows of a tenant that follow from events with them, bit by bit, so that no transaction is long.
import type { ExecuteDeps } from '../execute.ts';
import type { Pool } from '../pool.ts';
import { inTenant } from '../transaction.ts';
import { type Comparison, compareRows, findRowless } from './compare-rows.ts';
import { eventSourced } from './event-sourced.ts';

const atOnce = 200;

/** What came of each bit. */
export async function* verifyTenant(
  deps: Pick<ExecuteDeps, 'keysOf'> & { readonly pool: Pool },
  tenantId: string,
  names: readonly string[] = Object.keys(eventSourced),
): AsyncGenerator<Omit<Comparison, 'last'> & { readonly aggregateType: string }> {
  for (const aggregateType of names) {
    const definition = eventSourced[aggregateType];
    if (!definition) throw new Error(`${aggregateType} does not live from its events.`);
    let after: string | undefined;
    do {
      const found = await inTenant(deps.pool, tenantId, (tx) =>
        compareRows(deps, tx, definition, { after, limit: atOnce }),
      );
      yield { ...found, aggregateType };
      after = found.last;
    } while (after !== undefined);
    const differences = await inTenant(deps.pool, tenantId, (tx) => findRowless(tx, definition, atOnce));
    yield { aggregateType, compared: 0, differences };
  }
}
