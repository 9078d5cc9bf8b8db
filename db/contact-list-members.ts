// Who is in a contact list: changed by people (static) or by a recalculation (dynamic), a bounded number of contacts a transaction.
import { and, asc, eq, gt, isNull, not, type SQL, sql } from 'drizzle-orm';
import type { ContactList } from '../domain/contact-list/contact-list.ts';
import { violated } from '../domain/kernel/errors.ts';
import { derivedId } from '../platform/clock.ts';
import { aggregates } from './aggregates.ts';
import { listFilter } from './contact-list-filter.ts';
import { type Cause, type ExecuteDeps, execute, type Loaded, load } from './execute.ts';
import { executeMany } from './execute-many.ts';
import { ofTenant } from './queries/conditions.ts';
import { requireReferences } from './references.ts';
import { contactListMembers } from './schema/contact-lists.ts';
import { contacts } from './schema/contacts.ts';
import type { Tx } from './transaction.ts';

/** How many contacts come into or go out of a list in one transaction at most. */
export const maxMemberChanges = 500;

/** How many contacts are in a list at most. */
export const maxMembers = 500_000;

/** Who comes into a list and who goes. */
export type Changes = { readonly added: readonly string[]; readonly removed: readonly string[] };

/** Whose place it is follows from list and contact: two writers can't give a contact two places. */
const memberIdOf = (listId: string, contactId: string): string => derivedId('contact_list_member', listId, contactId);

/** That a contact is neither deleted nor merged into another. */
export const isPresent = and(isNull(contacts.deletedAt), isNull(contacts.mergedInto));

/** That the contact of a row of `contacts` is in the list. */
export const isMember = (listId: string): SQL =>
  sql`exists (select from ${contactListMembers} where ${contactListMembers.tenantId} = ${contacts.tenantId}
    and ${contactListMembers.listId} = ${listId} and ${contactListMembers.contactId} = ${contacts.id} and ${contactListMembers.removedAt} is null)`;

/** Changes who is in a static list, which the caller has locked. Contacts that are in it, or out of it, already stay so. */
export async function changeMembers(
  deps: ExecuteDeps,
  tx: Tx,
  list: ContactList,
  changes: Changes,
  cause: Cause,
): Promise<void> {
  if (!list.isStatic)
    throw violated('list_is_dynamic', 'Filter rules choose who is in this list: change them and recalculate it.');
  const only = and(eq(contacts.projectId, list.projectId), isPresent);
  const reference = { path: 'body.contactIds', name: 'contact in the list’s project', table: contacts, only };
  await requireReferences(tx, [{ ...reference, ids: changes.added }]);
  await applyChanges(deps, tx, list, changes, cause);
}

/**
 * One page of a recalculation of a dynamic list, which the caller has locked: takes in contacts that fit and puts out those that don't, at most
 * `limit` in all. `complete`: nothing was left to do, and contact_list.recalculated tells it; else call it again.
 */
export async function recalculate(
  deps: ExecuteDeps,
  tx: Tx,
  loaded: Loaded<ContactList>,
  cause: Cause,
  limit = maxMemberChanges,
): Promise<{ readonly complete: boolean; readonly addedCount: number; readonly removedCount: number }> {
  const list = loaded.state;
  requireDynamic(list);
  const { added, removed } = await differences(deps, tx, list, limit + 1);
  const changes = { added: added.slice(0, limit), removed: [] as string[] };
  changes.removed = removed.slice(0, limit - changes.added.length);
  await applyChanges(deps, tx, list, changes, cause);
  const complete = changes.added.length === added.length && changes.removed.length === removed.length;
  if (complete) await completeRecalculation(deps, tx, loaded, cause);
  return { complete, addedCount: changes.added.length, removedCount: changes.removed.length };
}

/** Throws rule_violated for a list whose contacts people choose. */
export function requireDynamic({ isStatic }: ContactList): void {
  if (isStatic)
    throw violated('list_is_static', 'People choose who is in a static list: there is nothing to recalculate.');
}

/** Tells that the contacts of a list, which the caller has locked, are those that fit. */
export async function completeRecalculation(
  deps: ExecuteDeps,
  tx: Tx,
  loaded: Loaded<ContactList>,
  cause: Cause,
): Promise<void> {
  const data = await countsSince(tx, loaded.state);
  const command = { type: 'contact_list.complete_recalculation', data } as const;
  await execute(deps, tx, aggregates.contactList, loaded.state.id, command, cause, { loaded });
}

/** Who fits and is not in the list, and who is in it and does not fit: at most `limit` of each, in the order of their ids, from `after` on. */
export async function differences(
  deps: ExecuteDeps,
  tx: Tx,
  list: ContactList,
  limit: number,
  after?: string,
): Promise<Changes> {
  const { comes, goes } = await changing(deps, tx, list);
  const [contactId, memberOf] = [contacts.id, contactListMembers.contactId];
  const from = (column: typeof contactId | typeof memberOf) => (after === undefined ? undefined : gt(column, after));
  const added = await tx.db
    .select({ id: contactId })
    .from(contacts)
    .where(and(comes, from(contactId)))
    .orderBy(asc(contactId))
    .limit(limit);
  const removed = await tx.db
    .select({ id: memberOf })
    .from(contactListMembers)
    .where(and(goes, from(memberOf)))
    .orderBy(asc(memberOf))
    .limit(limit);
  return { added: added.map(({ id }) => id), removed: removed.map(({ id }) => id) };
}

/** How many are to come and go. */
export async function countDifferences(deps: ExecuteDeps, tx: Tx, list: ContactList): Promise<number> {
  requireDynamic(list);
  const { comes, goes } = await changing(deps, tx, list);
  return (await tx.db.$count(contacts, comes)) + (await tx.db.$count(contactListMembers, goes));
}

/** The conditions that a row of `contacts` is one to come, and a row of `contact_list_members` one to go. */
async function changing(deps: ExecuteDeps, tx: Tx, list: ContactList) {
  const fits = and(
    ofTenant(tx, contacts),
    eq(contacts.projectId, list.projectId),
    isPresent,
    await listFilter(list, { now: deps.clock.now(), keys: deps.keysOf(tx) }),
  );
  const member = contactListMembers;
  const stays = sql`exists (select from ${contacts} where ${contacts.id} = ${member.contactId} and ${fits})`;
  return {
    comes: and(fits, not(isMember(list.id))),
    goes: and(ofTenant(tx, member), eq(member.listId, list.id), isNull(member.removedAt), not(stays)),
  };
}

/** Who is merged into another contact is in no list any more: the primary takes the places in static lists, dynamic ones find out. */
export async function inheritPlaces(
  deps: ExecuteDeps,
  tx: Tx,
  primaryId: string,
  mergedIds: readonly string[],
  cause: Cause,
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `select list.id from contact_lists list where list.tenant_id = $1 and list.is_static and list.deleted_at is null
       and exists (select from contact_list_members place where place.tenant_id = $1 and place.list_id = list.id
         and place.contact_id = any($2::uuid[]) and place.removed_at is null)
     order by list.id for no key update of list`,
    [tx.tenantId, mergedIds],
  );
  for (const { id } of rows) {
    const { state } = await load(deps, tx, aggregates.contactList, id);
    await applyChanges(deps, tx, state, { added: [primaryId], removed: [] }, cause);
  }
}

/** How many contacts are in the list: as many as its page of contacts shows. */
export async function countMembers(tx: Tx, listId: string): Promise<number> {
  return tx.db.$count(contacts, and(ofTenant(tx, contacts), isPresent, isMember(listId)));
}

/** Has contacts come and go. Those that are in the list, or out of it, already stay so. */
export async function applyChanges(
  deps: ExecuteDeps,
  tx: Tx,
  list: ContactList,
  changes: Changes,
  cause: Cause,
): Promise<void> {
  const { id: listId, projectId } = list;
  const add = changes.added.map((contactId) => {
    const memberId = memberIdOf(listId, contactId);
    const data = { memberId, projectId, listId, contactId };
    return { id: memberId, command: { type: 'contact_list_member.add', data } } as const;
  });
  const remove = changes.removed.map(
    (contactId) =>
      ({ id: memberIdOf(listId, contactId), command: { type: 'contact_list_member.remove', data: {} } }) as const,
  );
  await executeMany(deps, tx, aggregates.contactListMember, [...add, ...remove], cause);
  if (add.length > 0) await requireRoom(tx, listId);
}

/** Throws rule_violated `too_many_contacts`. */
export async function requireRoom(tx: Tx, listId: string, most = maxMembers): Promise<void> {
  const { rowCount } = await tx.query(
    `select from contact_list_members where tenant_id = $1 and list_id = $2 and removed_at is null
     order by contact_id offset $3 limit 1`,
    [tx.tenantId, listId, most],
  );
  if (rowCount === 0) return;
  throw violated('too_many_contacts', `A list holds at most ${most} contacts: split it, or tighten its rules.`);
}

/** How many are in the list, and how many came and went since it was recalculated last. */
async function countsSince(tx: Tx, { id, lastRecalculation }: ContactList) {
  const { rows } = await tx.query<{ contactCount: number; addedCount: number; removedCount: number }>(
    `select count(*) filter (where removed_at is null)::int as "contactCount",
       count(*) filter (where removed_at is null and added_at > $3)::int as "addedCount",
       count(*) filter (where removed_at > $3 and added_at <= $3)::int as "removedCount"
     from contact_list_members where tenant_id = $1 and list_id = $2`,
    [tx.tenantId, id, lastRecalculation?.recalculatedAt ?? '-infinity'],
  );
  return rows[0] ?? { contactCount: 0, addedCount: 0, removedCount: 0 };
}
