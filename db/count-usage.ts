// Counts usage once per key, however often it is asked: the way for consumers and sagas, who may be run again.
import { aggregates } from './aggregates.ts';
import { type Cause, type ExecuteDeps, execute, load } from './execute.ts';
import type { Tx } from './transaction.ts';

/** What is to be counted: `key` names it, an event's id for instance. */
export type Usage = { readonly meterId: string; readonly key: string; readonly quantity: number };

/** Counts it, and gives true; false when it is counted already. */
export async function countUsage(
  deps: ExecuteDeps,
  tx: Tx,
  { meterId, key, quantity }: Usage,
  cause: Cause,
): Promise<boolean> {
  // Locked before the key is looked for: whoever counts the same waits, and finds it counted.
  const loaded = await load(deps, tx, aggregates.usageMeter, meterId, true);
  const known = await tx.query('select 1 from usage_keys where tenant_id = $1 and meter_id = $2 and key = $3', [
    tx.tenantId,
    meterId,
    key,
  ]);
  if (known.rowCount !== 0) return false;
  const command = { type: 'usage_meter.increment', data: { key, quantity } } as const;
  await execute(deps, tx, aggregates.usageMeter, meterId, command, cause, { loaded });
  return true;
}
