// Checks that what a command refers to exists in the transaction's tenant; what another tenant has does not exist.
import { and, inArray, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { DomainError } from '../domain/kernel/errors.ts';
import { ofTenant } from './queries/conditions.ts';
import type { StateTable } from './state-store.ts';
import type { Tx } from './transaction.ts';

/** One field that refers to things of a table. `path` is the field's place in the request (`body.contactIds`), `name` what it names, in words. */
export type Reference = {
  readonly path: string;
  readonly name: string;
  readonly table: StateTable<{ readonly id: string }>;
  readonly ids: readonly string[] | string | null | undefined;
  /** Leaves out things that are there but can't be used, e.g. deleted ones. */
  readonly only?: SQL | undefined;
};

/** Throws DomainError rule_violated (`reference_not_found`) that names every id that is not there; no ids: nothing to check. */
export async function requireReferences(tx: Tx, references: readonly Reference[]): Promise<void> {
  const issues: { path: string; message: string }[] = [];
  for (const { path, name, table, ids, only } of references) {
    const isList = Array.isArray(ids);
    const wanted: readonly string[] = isList ? ids : ids ? [ids as string] : [];
    if (wanted.length === 0) continue;
    const isThere = and(ofTenant(tx, table), inArray(table.id, [...new Set(wanted)]), only);
    const rows = await tx.db.select({ id: table.id }).from<PgTable>(table).where(isThere);
    const there = new Set(rows.map(({ id }) => id));
    for (const [index, id] of wanted.entries())
      if (!there.has(id))
        issues.push({ path: isList ? `${path}.${index}` : path, message: `There is no such ${name}: ${id}` });
  }
  if (issues.length > 0) throw missingReferences(issues);
}

/** The refusal of a request that refers to what is not there. */
export function missingReferences(issues: readonly { readonly path: string; readonly message: string }[]): DomainError {
  return new DomainError('rule_violated', 'Something that the request refers to does not exist: see errors.', {
    rule: 'reference_not_found',
    issues,
  });
}
