// A command on one aggregate of a test's product, with a cause of its own.
import { aggregates } from '../../db/aggregates.ts';
import { type Executed, execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Product } from './product.ts';

/** Aggregate, id, type of the command, its data. */
export type Command = [name: keyof typeof aggregates, id: string, type: string, data: object];

/** Runs it in the product's tenant. Throws what `execute` throws. */
export function runCommand(
  { database, tenantId }: Pick<Product, 'database' | 'tenantId'>,
  ...[name, id, type, data]: Command
): Promise<Executed<unknown, unknown>> {
  const cause = { causationId: database.ids.next(), correlationId: database.ids.next() };
  const definition = aggregates[name] as unknown as Parameters<typeof execute>[2];
  return inTenant(database.pool, tenantId, (tx) => execute(database, tx, definition, id, { type, data }, cause));
}
