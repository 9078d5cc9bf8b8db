// What contacts may have in the custom fields of their project, and by what their values are found.
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { CustomField } from '../domain/custom-field/custom-field.ts';
import { misfitOf } from '../domain/custom-field/fits-field.ts';
import { violated } from '../domain/kernel/errors.ts';
import { ofTenant } from './queries/conditions.ts';
import { missingReferences } from './references.ts';
import { customFields } from './schema/custom-fields.ts';
import type { TenantKeys } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

type Definition = Pick<CustomField, 'key' | 'type' | 'options'>;

/** The most that a project has. */
const mostFields = 100;

/** A field that a request names; `path` is where. */
export type NamedField = { readonly path: string; readonly key: string };

async function definitions(tx: Tx, projectId: string, keys: readonly string[]): Promise<Map<string, Definition>> {
  const { key, type, options } = customFields;
  const isMeant = and(
    ofTenant(tx, customFields),
    eq(customFields.projectId, projectId),
    isNull(customFields.deletedAt),
    inArray(key, [...keys]),
  );
  const rows = keys.length === 0 ? [] : await tx.db.select({ key, type, options }).from(customFields).where(isMeant);
  return new Map(rows.map((row) => [row.key, row as Definition]));
}

/** Throws DomainError rule_violated (`reference_not_found`) for fields that the project does not have. */
export async function requireCustomFields(tx: Tx, projectId: string, named: readonly NamedField[]): Promise<void> {
  const known = await definitions(
    tx,
    projectId,
    named.map(({ key }) => key),
  );
  const missing = named.filter(({ key }) => !known.has(key));
  if (missing.length > 0)
    throw missingReferences(
      missing.map(({ path, key }) => ({ path, message: `There is no such custom field: ${key}` })),
    );
}

/** The same, and for values that do not fit theirs (`custom_value_misfit`). null, which takes a value away, fits any. */
export async function requireCustomValues(
  tx: Tx,
  projectId: string,
  values: Readonly<Record<string, unknown>>,
  path: string,
): Promise<void> {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  const named = given.map(([key]) => ({ path: `${path}.${key}`, key }));
  await requireCustomFields(tx, projectId, named);
  const known = await definitions(
    tx,
    projectId,
    given.map(([key]) => key),
  );
  for (const [key, value] of given) {
    const field = known.get(key);
    const misfit = field && misfitOf(field, value);
    if (misfit !== undefined) throw violated('custom_value_misfit', `${path}.${key} ${misfit}.`);
  }
}

/** Throws when the project has as many as it may. */
export async function requireRoomForField(tx: Tx, projectId: string): Promise<void> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from custom_fields where tenant_id = $1 and project_id = $2 and deleted_at is null',
    [tx.tenantId, projectId],
  );
  if ((rows[0]?.count ?? 0) >= mostFields)
    throw violated('too_many_custom_fields', `A project has at most ${mostFields} custom fields: delete one first.`);
}

/** What a value is found by: a keyed hash, the same whatever its case. */
export function customValueIndex(keys: TenantKeys, key: string, value: string | number | boolean): Promise<string> {
  return keys.blindIndex(`contact.custom.${key}`, String(value).toLowerCase());
}

/** Writes down what a contact is found by now. */
export async function keepCustomValues(
  tx: Tx,
  keys: TenantKeys,
  contactId: string,
  values: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  const entries: { readonly key: string; readonly index: string }[] = [];
  for (const [key, value] of Object.entries(values))
    entries.push({ key, index: await customValueIndex(keys, key, value) });
  await tx.query('delete from contact_custom_values where tenant_id = $1 and contact_id = $2', [
    tx.tenantId,
    contactId,
  ]);
  await tx.query(
    `insert into contact_custom_values (tenant_id, contact_id, key, value_index)
     select $1, $2, key, value_index from unnest($3::text[], $4::text[]) as value (key, value_index)`,
    [tx.tenantId, contactId, entries.map(({ key }) => key), entries.map(({ index }) => index)],
  );
}
