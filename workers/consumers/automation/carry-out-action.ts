// One action of a rule's run, as a command of the aggregate it is about. What it causes names the run as its cause, by which the chain is known.
import { aggregates } from '../../../db/aggregates.ts';
import { requireCustomValues } from '../../../db/custom-fields.ts';
import { enrollInCampaign, enrollInSequence } from '../../../db/enroll-contacts.ts';
import { execute, load } from '../../../db/execute.ts';
import { findLogEvents } from '../../../db/log-events.ts';
import { planDeliveryTo } from '../../../db/plan-deliveries.ts';
import { activeAgent } from '../../../db/queries/active-agent.ts';
import { requireReferences } from '../../../db/references.ts';
import type { Action } from '../../../domain/automation/actions.ts';
import { eventRow } from '../../../domain/catalog.ts';
import { webhookNamesOf } from '../../../domain/kernel/define-events.ts';
import { violated } from '../../../domain/kernel/errors.ts';
import { filledIn } from '../../../domain/outreach/message.ts';
import { presentContact, type Work } from './action-work.ts';
import { queueText } from './queue-text.ts';
import { writeNote } from './write-note.ts';

type ParamsOf<Type extends Action['type']> = Extract<Action, { type: Type }>['params'];

/** Carries it out inside the transaction. Throws DomainError when a rule forbids it. */
export async function carryOutAction(work: Work, action: Action): Promise<void> {
  switch (action.type) {
    case 'add_tag':
    case 'remove_tag':
      return toContact(work, { type: `contact.${action.type}`, data: action.params });
    case 'change_pipeline_status':
      return moveContact(work, action.params);
    case 'assign_agent':
      return assignAgent(work, action.params);
    case 'send_message': {
      const { channelId, text } = action.params;
      return queueText(work, { channelId, textFor: () => text });
    }
    case 'send_template': {
      const { channelId, content = '', variables } = action.params;
      return queueText(work, { channelId, textFor: (contact) => filledIn({ content, variables }, contact) });
    }
    case 'create_note':
      return writeNote(work, { content: action.params.text });
    case 'create_task': {
      const { title, agentId, dueInMinutes } = action.params;
      return writeNote(work, { content: title, noteType: 'follow_up' }, { agentId, dueInMinutes });
    }
    case 'notify_agent': {
      const { text, agentId } = action.params;
      return writeNote(work, { content: text, priority: 'high' }, { agentId });
    }
    case 'send_webhook':
      return sendWebhook(work, action.params);
    case 'trigger_workflow':
      return enroll(work, action.params);
    case 'update_custom_field':
      return setCustomField(work, action.params);
  }
}

type ContactCommand = {
  readonly type: `contact.${'add_tag' | 'remove_tag' | 'move_status' | 'set_custom_fields'}`;
  readonly data: object;
};

/** It may have been merged since: then it is the one it became. */
async function toContact(work: Work, command: ContactCommand): Promise<void> {
  const { deps, tx, cause } = work;
  const { id } = await presentContact(work);
  await execute(deps, tx, aggregates.contact, id, command, cause, { lock: true });
}

async function setCustomField(work: Work, { key, value }: ParamsOf<'update_custom_field'>): Promise<void> {
  const customFields = { [key]: value };
  await requireCustomValues(work.tx, work.run.projectId, customFields, 'params');
  await toContact(work, { type: 'contact.set_custom_fields', data: { customFields, changedBy: 'automation' } });
}

async function moveContact(work: Work, { statusId }: ParamsOf<'change_pipeline_status'>): Promise<void> {
  const { deps, tx, run } = work;
  const { state: automation } = await load(deps, tx, aggregates.automation, run.automationId);
  const { state: status, exists } = await load(deps, tx, aggregates.status, statusId);
  if (!exists || status.removedAt !== null || status.pipelineId !== automation.pipelineId)
    throw violated('no_status', "The automation's pipeline has no such status.");
  if (!status.active) throw violated('status_inactive', 'The status lets nobody in: it is switched off.');
  const data = { pipelineId: status.pipelineId, statusId, statusName: status.name, changedBy: 'automation' };
  await toContact(work, { type: 'contact.move_status', data });
}

async function assignAgent({ deps, tx, run, cause }: Work, params: ParamsOf<'assign_agent'>): Promise<void> {
  if (run.sessionId === null) throw violated('no_session', 'What set the rule off belongs to no session.');
  await requireReferences(tx, [activeAgent('agentId', params.agentId)]);
  const data = { ...params, source: 'automatic', assignmentStrategy: 'automation' };
  const command = { type: 'session.assign_agent', data } as const;
  await execute(deps, tx, aggregates.session, run.sessionId, command, cause, { lock: true });
}

/** The event that set the rule off goes to the subscription, whether that asks for such events or not. */
async function sendWebhook(
  { deps, tx, run, cause }: Work,
  { subscriptionId }: ParamsOf<'send_webhook'>,
): Promise<void> {
  const { state: subscription, exists } = await load(deps, tx, aggregates.webhook, subscriptionId);
  if (!exists || subscription.deletedAt !== null || !subscription.active)
    throw violated('webhook_not_active', 'The webhook subscription is switched off or was deleted.');
  const [found] = await findLogEvents(tx, [run.triggeringEventId]);
  const row = found && eventRow(found.type);
  if (!row) throw violated('event_gone', 'What set the rule off is not in the log any more.');
  const { type, projectId } = found;
  const event = { id: run.triggeringEventId, type, projectId, data: JSON.parse(found.data) as unknown };
  const [name] = webhookNamesOf(row.webhooks, event.data);
  const { retryCount } = subscription;
  await planDeliveryTo(deps, tx, event, { subscriptionId, retryCount, name }, cause);
}

async function enroll(work: Work, { workflow, workflowId }: ParamsOf<'trigger_workflow'>): Promise<void> {
  const { deps, tx, cause } = work;
  const { id: contactId } = await presentContact(work);
  const enrollInto = workflow === 'campaign' ? enrollInCampaign : enrollInSequence;
  await enrollInto(deps, tx, { id: workflowId, contactIds: [contactId] }, cause);
}
