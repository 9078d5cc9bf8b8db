// Automations that wait for time: which waiting an event begins, and which ones it may end. Ids come from automation and event, so that a redelivered event
// begins nothing twice.
import { concernedWaits, waitIdOf, waitWorkflowId } from '../../db/automations/waits.ts';
import type { Tx } from '../../db/transaction.ts';
import { beginsWait, isMeant, type Trigger, triggeringTypes } from '../../domain/automation/triggers.ts';
import {
  type AutomationWaitInput,
  automationWaitSagaType,
  sagaAttributes,
  waitNewsSignal,
  workflowNames,
} from '../../workflows/names.ts';
import type { DeliveredEvent } from './consumer.ts';
import type { WorkflowStart } from './workflow-start.ts';

/** The events that begin a waiting, or may end one. */
export const waitTypes: readonly string[] = [...triggeringTypes, 'automation.disabled'];

type Timed = { readonly id: string; readonly projectId: string; readonly trigger: Trigger };

/** What these events of one tenant start and signal. */
export async function automationWaitStarts(events: readonly DeliveredEvent[], tx: Tx): Promise<WorkflowStart[]> {
  const concerning = events.filter(({ type }) => waitTypes.includes(type));
  if (concerning.length === 0) return [];
  const begun = await begunBy(concerning, tx);
  const concerned = await concernedBy(concerning, tx);
  const signal = { name: waitNewsSignal, args: [] };
  return [
    ...begun.map((of) => waitStart(tx, of)),
    // Signal with start: one whose workflow is over takes nothing and starts nothing.
    ...concerned.map((of) => ({ ...waitStart(tx, of), signal })),
  ];
}

type Begun = Pick<AutomationWaitInput, 'automationId' | 'eventId'>;

function waitStart({ tenantId }: Tx, { automationId, eventId }: Begun): WorkflowStart {
  const correlationId = waitIdOf(automationId, eventId);
  const input: AutomationWaitInput = { tenantId: tenantId ?? '', automationId, eventId, correlationId };
  return {
    workflow: workflowNames.automationWait,
    workflowId: waitWorkflowId(correlationId),
    input,
    searchAttributes: sagaAttributes({ sagaType: automationWaitSagaType, tenantId: input.tenantId, correlationId }),
  };
}

async function begunBy(events: readonly DeliveredEvent[], tx: Tx): Promise<Begun[]> {
  const { rows } = await tx.query<Timed>(
    `select id, project_id as "projectId", trigger from automations
     where tenant_id = $1 and enabled and trigger_type in ('no_response.timeout', 'after.delay') order by id`,
    [tx.tenantId],
  );
  if (rows.length === 0) return [];
  const begun = events.flatMap((event) =>
    rows.filter((automation) => begins(automation, event)).map(({ id }) => ({ automationId: id, event })),
  );
  const imported = await importedOf(
    begun.flatMap(({ event }) => (event.type === 'message.created' ? [event.aggregateId] : [])),
    tx,
  );
  return begun.flatMap(({ automationId, event: { id: eventId, aggregateId } }) =>
    imported.has(aggregateId) ? [] : [{ automationId, eventId }],
  );
}

function begins({ projectId, trigger }: Timed, event: DeliveredEvent): boolean {
  if (event.projectId !== projectId || !beginsWait(trigger, event)) return false;
  const { channelId } = event.data;
  // Where the event does not say on which channel it was, the workflow finds out.
  return typeof channelId !== 'string' || isMeant(trigger, event, channelId);
}

/** Of these messages, those that were imported from the past: they begin nothing. */
async function importedOf(messageIds: readonly string[], tx: Tx): Promise<ReadonlySet<string>> {
  if (messageIds.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>(
    "select id from messages where tenant_id = $1 and id = any($2::uuid[]) and source = 'history_import'",
    [tx.tenantId, messageIds],
  );
  return new Set(rows.map(({ id }) => id));
}

function concernedBy(events: readonly DeliveredEvent[], tx: Tx): Promise<Begun[]> {
  const idsOf = (prefix: string): readonly string[] =>
    events.filter(({ type }) => type.startsWith(prefix)).map(({ aggregateId }) => aggregateId);
  const messages = events.flatMap(({ type, data: { contactId, fromMe } }) =>
    type === 'message.created' && typeof contactId === 'string' ? [{ contactId, fromMe: fromMe === true }] : [],
  );
  return concernedWaits(tx, {
    automationIds: idsOf('automation.'),
    placesOf: idsOf('contact.'),
    sessionIds: idsOf('session.ended'),
    messages,
  });
}
