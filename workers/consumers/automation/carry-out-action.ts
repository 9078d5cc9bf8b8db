// One action of a rule's run, as a command of the aggregate it is about. What it causes names the run as its cause, by which the chain is known.
import { aggregates } from '../../../db/aggregates.ts';
import { type Cause, type ExecuteDeps, execute, load } from '../../../db/execute.ts';
import { activeAgent } from '../../../db/queries/active-agent.ts';
import { activeSession, individualChat } from '../../../db/queries/conversation.ts';
import { nextArrival } from '../../../db/queries/next-arrival.ts';
import { requireReferences } from '../../../db/references.ts';
import type { Tx } from '../../../db/transaction.ts';
import type { Action } from '../../../domain/automation/actions.ts';
import type { AutomationRun } from '../../../domain/automation-run/automation-run.ts';
import { optOutOn } from '../../../domain/contact/consent.ts';
import { violated } from '../../../domain/kernel/errors.ts';
import { derivedId } from '../../../platform/clock.ts';

type Work = { readonly deps: ExecuteDeps; readonly tx: Tx; readonly run: AutomationRun; readonly cause: Cause };

/** Carries it out inside the transaction. Throws DomainError when a rule forbids it. */
export async function carryOutAction(work: Work, action: Action, position: number): Promise<void> {
  const { deps, tx, run, cause } = work;
  switch (action.type) {
    case 'add_tag':
    case 'remove_tag': {
      const command = { type: `contact.${action.type}` as const, data: action.params };
      await execute(deps, tx, aggregates.contact, contactOf(run), command, cause, { lock: true });
      return;
    }
    case 'change_pipeline_status': {
      const { statusId } = action.params;
      const { state: automation } = await load(deps, tx, aggregates.automation, run.automationId);
      const { state: status, exists } = await load(deps, tx, aggregates.status, statusId);
      if (!exists || status.pipelineId !== automation.pipelineId)
        throw violated('no_status', "The automation's pipeline has no such status.");
      const data = { pipelineId: status.pipelineId, statusId, statusName: status.name, changedBy: 'automation' };
      const command = { type: 'contact.move_status', data } as const;
      await execute(deps, tx, aggregates.contact, contactOf(run), command, cause, { lock: true });
      return;
    }
    case 'assign_agent': {
      if (run.sessionId === null) throw violated('no_session', 'What set the rule off belongs to no session.');
      await requireReferences(tx, [activeAgent('agentId', action.params.agentId)]);
      const data = { ...action.params, source: 'automatic', assignmentStrategy: 'automation' };
      const command = { type: 'session.assign_agent', data } as const;
      await execute(deps, tx, aggregates.session, run.sessionId, command, cause, { lock: true });
      return;
    }
    case 'send_message':
      return sendMessage(work, action.params, position);
    default:
      throw violated('action_not_available', `Nothing carries out ${action.type} yet.`);
  }
}

function contactOf({ contactId }: AutomationRun): string {
  if (contactId === null) throw violated('no_contact', 'What set the rule off is about no contact.');
  return contactId;
}

/** Queues the message; its event starts the saga that sends it. */
async function sendMessage(
  { deps, tx, run, cause }: Work,
  params: Extract<Action, { type: 'send_message' }>['params'],
  position: number,
): Promise<void> {
  const contactId = contactOf(run);
  const channelId = params.channelId ?? run.channelId;
  if (channelId === null) throw violated('no_channel', 'What set the rule off came on no channel: name one.');
  const { state: channel, exists } = await load(deps, tx, aggregates.channel, channelId);
  if (!exists || channel.deletedAt !== null || !['active', 'disconnected', 'connecting'].includes(channel.status))
    throw violated('channel_not_active', 'The channel is not connected.');
  const { state: contact } = await load(deps, tx, aggregates.contact, contactId);
  // Nobody asked for it: an opt-out counts, also inside an open session.
  if (optOutOn(contact.optOuts, channelId)) throw violated('opted_out', 'The contact opted out of messages.');
  if (contact.mergedInto !== null || contact.anonymizedAt !== null || contact.deletedAt !== null)
    throw violated('contact_gone', 'The contact was merged, anonymized or deleted.');
  const chatId = await individualChat(tx, channelId, contactId);
  const messageId = derivedId('automation message', run.id, String(position));
  const data = {
    messageId,
    projectId: run.projectId,
    tenantId: tx.tenantId,
    channelId,
    contactId,
    ...(chatId !== undefined && { chatId }),
    ...(await activeSession(tx, channelId, contactId)),
    source: 'automation',
    messageType: 'text',
    body: params.text,
    arrival: await nextArrival(tx),
  };
  // The saga's correlation id is the message's own id.
  const caused = { ...cause, correlationId: messageId };
  await execute(deps, tx, aggregates.message, messageId, { type: 'message.queue', data }, caused);
}
