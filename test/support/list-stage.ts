// A dynamic contact list of a tenant of its own, with contacts of whom some have the tag that it asks for.
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../db/aggregates.ts';
import { requestListRun } from '../../db/contact-list-runs.ts';
import { load } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import { inTenant } from '../../db/transaction.ts';
import {
  recalculateContactListSagaType,
  recalculationWorkflowId,
  sagaAttributes,
  workflowNames,
} from '../../workflows/names.ts';
import type { Product } from './product.ts';
import { type Command, runCommand } from './run-command.ts';

/** Sets one up; `count` contacts, all of them with the tag. */
export async function listStage(product: Product, count: number) {
  const { tenantId, projectId } = await product.openShop();
  const { database, temporal, stack } = product;
  const listId = randomUUID();
  const world = { database, tenantId };
  const run = (...command: Command) => runCommand(world, ...command);
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  await run('contactList', listId, 'contact_list.create', {
    listId,
    tenantId,
    projectId,
    name: 'Vip',
    isStatic: false,
  });
  const condition = { filterType: 'tag', field: 'tags', operator: 'has', value: 'vip' };
  await run('contactList', listId, 'contact_list.add_filter_rule', { ruleId: randomUUID(), condition });
  const contactIds = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += 200)
    await inTenant(database.pool, tenantId, async (tx) => {
      const commands = contactIds.slice(from, from + 200).flatMap((contactId) => [
        {
          id: contactId,
          command: { type: 'contact.create', data: { tenantId, projectId, contactId, name: 'Ana' } },
        } as const,
        { id: contactId, command: { type: 'contact.add_tag', data: { tag: 'vip' } } } as const,
      ]);
      await executeMany(database, tx, aggregates.contact, commands, cause);
    });
  const query = async <Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row[]> =>
    (await inTenant(database.pool, tenantId, (tx) => tx.query<Row>(sql, [tenantId, ...values]))).rows;
  return {
    tenantId,
    listId,
    contactIds,
    run,
    query,
    /** The tag is gone from the first so many contacts, whom the list then puts out. */
    untag: (first: number) =>
      inTenant(database.pool, tenantId, async (tx) => {
        const command = { type: 'contact.remove_tag', data: { tag: 'vip' } } as const;
        const commands = contactIds.slice(0, first).map((id) => ({ id, command }));
        await executeMany(database, tx, aggregates.contact, commands, cause);
      }),
    /** Asks for a recalculation; gives its id. */
    ask: (): Promise<string> =>
      inTenant(database.pool, tenantId, async (tx) => {
        const { state } = await load(database, tx, aggregates.contactList, listId, true);
        return (await requestListRun(tx, state, randomUUID())).runId;
      }),
    /** Starts its workflow. */
    start: (runId: string) =>
      temporal.client.workflow.start(workflowNames.recalculateContactList, {
        workflowId: recalculationWorkflowId(runId),
        taskQueue: stack.taskQueue,
        args: [{ tenantId, listId, runId }],
        typedSearchAttributes: sagaAttributes({
          sagaType: recalculateContactListSagaType,
          tenantId,
          correlationId: runId,
        }),
      }),
    members: async (): Promise<string[]> =>
      (
        await query<{ id: string }>(
          'select contact_id as id from contact_list_members where tenant_id = $1 and list_id = $2 and removed_at is null order by 1',
          listId,
        )
      ).map(({ id }) => id),
    runs: () =>
      query<{ id: string; toChange: number | null; changed: number; outcome: string | null }>(
        'select id, to_change as "toChange", changed, outcome from contact_list_runs where tenant_id = $1 order by requested_at',
      ),
    /** How often it was told, and what lies noted to be taken back. */
    traces: async () => {
      const [told] = await query<{ count: number }>(
        "select count(*)::int as count from outbox_events where tenant_id = $1 and event_type = 'contact_list.recalculated'",
      );
      const [noted] = await query<{ count: number }>(
        'select count(*)::int as count from contact_list_run_changes where tenant_id = $1',
      );
      return { told: told?.count, noted: noted?.count };
    },
  };
}
