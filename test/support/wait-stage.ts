// An automation that waits, with a contact in its pipeline, and a clock that can be moved: events reach the workflow starter as its consumer would give them.
import { randomUUID } from 'node:crypto';
import { waitIdOf, waitWorkflowId } from '../../db/automations/waits.ts';
import type { Database } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Trigger } from '../../domain/automation/triggers.ts';
import type { DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { createWorkflowStarter } from '../../workers/consumers/workflow-starter.ts';
import { delivery } from './deliver.ts';
import type { Product } from './product.ts';
import { type Command, runCommand } from './run-command.ts';

/** The product's database by another clock: `skip` moves it for whoever was given it. */
export function movedClock(database: Database): {
  readonly database: Database;
  readonly skip: (minutes: number) => void;
} {
  let aheadMs = 0;
  return {
    database: { ...database, clock: { now: () => new Date(Date.now() + aheadMs) } },
    skip: (minutes) => {
      aheadMs += minutes * 60_000;
    },
  };
}

type Logged = { readonly id: string; readonly type: string; readonly aggregate_id: string; readonly data: object };

/** Sets one up in a tenant of its own. */
export async function waitStage(product: Product, trigger: Trigger, conditions: readonly object[] = []) {
  const shop = await product.openShop();
  const { tenantId, projectId, channelId } = shop;
  const { database, temporal, stack } = product;
  const [automationId, pipelineId, contactId, sessionId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const [first, second] = [
    { statusId: randomUUID(), statusName: 'New' },
    { statusId: randomUUID(), statusName: 'Asked' },
  ];
  const run = (...command: Command) => runCommand({ database, tenantId }, ...command);
  const actions = [{ type: 'add_tag', params: { tag: 'silent' } }];
  const rules = [{ ruleId: randomUUID(), name: 'Tag', match: 'all', conditions, actions }];
  const own = { tenantId, projectId };
  await run('contact', contactId, 'contact.create', { ...own, contactId, name: 'Ana' });
  const session = { ...own, sessionId, contactId, channelId, channelTypeId: randomUUID() };
  await run('session', sessionId, 'session.start', session);
  await run('contact', contactId, 'contact.enter_pipeline', { pipelineId, ...first });
  const automation = { automationId, projectId, pipelineId, name: 'Wait', trigger, rules };
  await run('automation', automationId, 'automation.create', automation);
  await run('automation', automationId, 'automation.enable', {});

  const query = async <Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row[]> =>
    (await inTenant(database.pool, tenantId, (tx) => tx.query<Row>(sql, [tenantId, ...values]))).rows;
  const starter = createWorkflowStarter({ temporal, taskQueue: stack.taskQueue });
  let arrival = 0;
  return {
    ...own,
    shop,
    automationId,
    pipelineId,
    contactId,
    sessionId,
    first,
    second,
    run,
    query,
    /** What is in the log of an aggregate, of one type, reaches the starter; gives the ids of the events. */
    async hear(aggregateId: string, type: string): Promise<string[]> {
      const rows = await query<Logged>(
        `select event_id as id, event_type as type, aggregate_id, event_data as data from outbox_events
         where tenant_id = $1 and aggregate_id = $2 and event_type = $3 order by id`,
        aggregateId,
        type,
      );
      const events = rows.map(({ id, data }, index): DeliveredEvent => {
        const { event } = delivery(aggregateId, index + 1, { type, tenantId, data: data as Record<string, unknown> });
        return { ...event, id, projectId };
      });
      await inTenant(database.pool, tenantId, (tx) => starter.handleAll(events, tx, new AbortController().signal));
      return rows.map(({ id }) => id);
    },
    /** A message of the contact's, or ours. */
    async say(fromMe: boolean, more: object = {}): Promise<string> {
      const messageId = randomUUID();
      arrival += 1;
      const said = { source: fromMe ? 'manual' : 'webhook', messageType: 'text', body: 'Oi', fromMe, arrival, ...more };
      const place = { messageId, ...own, channelId, contactId, sessionId, channelMessageId: messageId };
      await run('message', messageId, 'message.receive', { ...place, ...said, sentAt: new Date().toISOString() });
      return messageId;
    },
    handleOf: (eventId: string) => temporal.client.workflow.getHandle(waitWorkflowId(waitIdOf(automationId, eventId))),
    wait: async (eventId: string) =>
      (
        await query<{ dueAt: Date; endedAt: Date | null; outcome: string | null }>(
          'select due_at as "dueAt", ended_at as "endedAt", outcome from automation_waits where tenant_id = $1 and id = $2',
          waitIdOf(automationId, eventId),
        )
      )[0],
    runs: () =>
      query<{ event: string }>('select triggering_event_id as event from automation_runs where tenant_id = $1'),
    reasons: async (eventId: string) =>
      (
        await query<{ reason: string }>(
          'select reason from automation_evaluations where tenant_id = $1 and event_id = $2',
          eventId,
        )
      ).map(({ reason }) => reason),
  };
}
