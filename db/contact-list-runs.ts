// The recalculation of a contact list as a run of many small commits: what each has changed is noted until the run has ended, so that it can be taken back.
import type { ContactList } from '../domain/contact-list/contact-list.ts';
import { violated } from '../domain/kernel/errors.ts';
import { applyChanges, differences, maxMemberChanges, requireDynamic } from './contact-list-members.ts';
import type { Cause, ExecuteDeps } from './execute.ts';
import { giveUpLost } from './give-up-lost.ts';
import type { Tx } from './transaction.ts';

/** Ids of a run. The run's is its saga's correlation id. */
export type ListRun = { readonly tenantId: string; readonly listId: string; readonly runId: string };

/** Asks for a run; of a list that has one under way it is that one. `list`: locked by the caller. Throws rule_violated for a static one. */
export async function requestListRun(
  tx: Tx,
  list: ContactList,
  runId: string,
): Promise<{ readonly runId: string; readonly isNew: boolean }> {
  requireDynamic(list);
  const open = await openListRun(tx, list.id);
  if (open !== undefined) return { runId: open, isNew: false };
  await tx.query('insert into contact_list_runs (id, tenant_id, list_id) values ($1, $2, $3)', [
    runId,
    tx.tenantId,
    list.id,
  ]);
  return { runId, isNew: true };
}

/** The run of a list that is under way, or asked for. */
export async function openListRun(tx: Tx, listId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from contact_list_runs where tenant_id = $1 and list_id = $2 and ended_at is null',
    [tx.tenantId, listId],
  );
  return rows[0]?.id;
}

/** Throws rule_violated while a run of the list is under way: two would undo each other's work. */
export async function requireNoListRun(tx: Tx, listId: string): Promise<void> {
  if ((await openListRun(tx, listId)) === undefined) return;
  throw violated('recalculation_running', 'A recalculation of the list is under way: see its recalculations.');
}

/**
 * One page of a run, of a list that the caller has locked: contacts in the order of their ids, from `after` on. `next`: where the next page begins; null:
 * this was the last. Gives how many came or went.
 */
export async function changePage(
  deps: ExecuteDeps,
  tx: Tx,
  list: ContactList,
  { runId, after }: { readonly runId: string; readonly after: string | null },
  cause: Cause,
): Promise<{ readonly changed: number; readonly next: string | null }> {
  requireDynamic(list);
  const { added, removed } = await differences(deps, tx, list, maxMemberChanges + 1, after ?? undefined);
  const isAdded = new Set(added);
  const all = [...added, ...removed].sort();
  const page = all.slice(0, maxMemberChanges);
  const changes = { added: page.filter((id) => isAdded.has(id)), removed: page.filter((id) => !isAdded.has(id)) };
  await applyChanges(deps, tx, list, changes, cause);
  await noteChanges(tx, runId, page, isAdded);
  return { changed: page.length, next: all.length > page.length ? (page.at(-1) ?? null) : null };
}

/** What was before the run counts: the first change of a contact is the one that is kept. */
async function noteChanges(
  tx: Tx,
  runId: string,
  contactIds: readonly string[],
  isAdded: ReadonlySet<string>,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx.query(
    `insert into contact_list_run_changes (tenant_id, run_id, contact_id, was_member)
     select $1::text, $2::uuid, contact_id, was_member from unnest($3::uuid[], $4::boolean[]) as change (contact_id, was_member) on conflict do nothing`,
    [tx.tenantId, runId, contactIds, contactIds.map((id) => !isAdded.has(id))],
  );
  await tx.query('update contact_list_runs set changed = changed + $3 where tenant_id = $1 and id = $2', [
    tx.tenantId,
    runId,
    contactIds.length,
  ]);
}

/** Takes back a page of what a run has changed; false: nothing is left. */
export async function revertPage(
  deps: ExecuteDeps,
  tx: Tx,
  list: ContactList,
  runId: string,
  cause: Cause,
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; wasMember: boolean }>(
    `delete from contact_list_run_changes where tenant_id = $1 and run_id = $2 and contact_id in (
       select contact_id from contact_list_run_changes where tenant_id = $1 and run_id = $2 order by contact_id limit $3)
     returning contact_id as id, was_member as "wasMember"`,
    [tx.tenantId, runId, maxMemberChanges],
  );
  const of = (wasMember: boolean) => rows.filter((row) => row.wasMember === wasMember).map(({ id }) => id);
  await applyChanges(deps, tx, list, { added: of(true), removed: of(false) }, cause);
  return rows.length > 0;
}

/** Notes how many contacts there are to come or go: the measure of the progress. */
export async function noteListRunSize(tx: Tx, runId: string, toChange: number): Promise<void> {
  await tx.query('update contact_list_runs set to_change = $3 where tenant_id = $1 and id = $2 and to_change is null', [
    tx.tenantId,
    runId,
    toChange,
  ]);
}

/** Ends it; what it noted to be taken back is forgotten. */
export async function endListRun(tx: Tx, runId: string, outcome: string): Promise<void> {
  await tx.query('delete from contact_list_run_changes where tenant_id = $1 and run_id = $2', [tx.tenantId, runId]);
  await tx.query(
    'update contact_list_runs set ended_at = now(), outcome = $3 where tenant_id = $1 and id = $2 and ended_at is null',
    [tx.tenantId, runId, outcome.slice(0, 1000)],
  );
}

/**
 * Asks for the runs that are due, and gives those to start: also those that were asked for and not started. As app_system. Dynamic lists of all tenants,
 * `everyMinutes` after their last recalculation, and after the last run, however that ended.
 */
export async function requestDueListRuns(
  tx: Tx,
  {
    everyMinutes,
    limit,
    newId,
  }: { readonly everyMinutes: number; readonly limit: number; readonly newId: () => string },
): Promise<readonly ListRun[]> {
  await giveUpLost(tx, 'contact_list_runs');
  const due = await tx.query<{ tenantId: string; listId: string }>(
    `select list.tenant_id as "tenantId", list.id as "listId" from contact_lists list, (select now() - make_interval(mins => $1) as moment) since
     where not list.is_static and list.deleted_at is null and list.created_at < since.moment
       and coalesce((list.last_recalculation ->> 'recalculatedAt')::timestamptz, '-infinity') < since.moment
       and not exists (select from contact_list_runs run where run.tenant_id = list.tenant_id and run.list_id = list.id
         and (run.ended_at is null or run.ended_at > since.moment))
     order by list.last_recalculation ->> 'recalculatedAt' nulls first limit $2`,
    [everyMinutes, limit],
  );
  for (const { tenantId, listId } of due.rows)
    await tx.query(
      'insert into contact_list_runs (id, tenant_id, list_id) values ($1, $2, $3) on conflict do nothing',
      [newId(), tenantId, listId],
    );
  const { rows } = await tx.query<ListRun>(
    `select tenant_id as "tenantId", list_id as "listId", id as "runId" from contact_list_runs
     where ended_at is null and to_change is null order by requested_at limit $1`,
    [2 * limit],
  );
  return rows;
}
