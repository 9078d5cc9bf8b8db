// What the causes of broadcasts, sequences and campaigns share: lists, steps, and a later day.
import { inTenant } from '../../db/transaction.ts';
import type { CauseWorld } from './cause.ts';

/** A moment that has not come yet. */
export const nextYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString();

/** A text. */
export const text = { type: 'text', content: 'We open at ten.' } as const;

/** A static list with these contacts on it; gives its id. */
export async function newList(
  { database, tenantId, projectId, newId }: Pick<CauseWorld, 'database' | 'tenantId' | 'projectId' | 'newId'>,
  contactIds: readonly string[] = [],
): Promise<string> {
  const listId = newId();
  await inTenant(database.pool, tenantId, async (tx) => {
    await tx.query(
      `insert into contact_lists (id, tenant_id, project_id, sequence, name, is_static, logical_operator, filter_rules, created_at)
       values ($1, $2, $3, 1, $4, true, 'AND', '[]', now())`,
      [listId, tenantId, projectId, `List ${listId}`],
    );
    await tx.query(
      `insert into contact_list_members (id, tenant_id, project_id, sequence, list_id, contact_id, added_at, created_at)
       select gen_random_uuid(), $1, $2, 1, $3, contact_id, now(), now() from unnest($4::uuid[]) contact_id`,
      [tenantId, projectId, listId, contactIds],
    );
  });
  return listId;
}
