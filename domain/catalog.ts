// The catalogue: the list of all aggregates with their events and commands. Types, validation, docs and look-ups derive from it.

import { agent } from './agent/agent.ts';
import { agentCommands } from './agent/commands.ts';
import { agentEvents } from './agent/events.ts';
import { agentSession } from './agent-session/agent-session.ts';
import { agentSessionCommands } from './agent-session/commands.ts';
import { agentSessionEvents } from './agent-session/events.ts';
import { automation } from './automation/automation.ts';
import { automationCommands } from './automation/commands.ts';
import { automationEvents } from './automation/events.ts';
import { automationRun } from './automation-run/automation-run.ts';
import { automationRunCommands } from './automation-run/commands.ts';
import { automationRunEvents } from './automation-run/events.ts';
import { billingAccount } from './billing-account/billing-account.ts';
import { billingAccountCommands } from './billing-account/commands.ts';
import { billingAccountEvents } from './billing-account/events.ts';
import { broadcast } from './broadcast/broadcast.ts';
import { broadcastCommands } from './broadcast/commands.ts';
import { broadcastEvents } from './broadcast/events.ts';
import { broadcastRecipient } from './broadcast-recipient/broadcast-recipient.ts';
import { broadcastRecipientCommands } from './broadcast-recipient/commands.ts';
import { broadcastRecipientEvents } from './broadcast-recipient/events.ts';
import { campaign } from './campaign/campaign.ts';
import { campaignCommands } from './campaign/commands.ts';
import { campaignEvents } from './campaign/events.ts';
import { campaignEnrollment } from './campaign-enrollment/campaign-enrollment.ts';
import { campaignEnrollmentCommands } from './campaign-enrollment/commands.ts';
import { campaignEnrollmentEvents } from './campaign-enrollment/events.ts';
import { channel } from './channel/channel.ts';
import { channelCommands } from './channel/commands.ts';
import { channelEvents } from './channel/events.ts';
import { channelType } from './channel-type/channel-type.ts';
import { channelTypeCommands } from './channel-type/commands.ts';
import { channelTypeEvents } from './channel-type/events.ts';
import { chat } from './chat/chat.ts';
import { chatCommands } from './chat/commands.ts';
import { chatEvents } from './chat/events.ts';
import { contactCommands } from './contact/commands.ts';
import { contact } from './contact/contact.ts';
import { contactEvents } from './contact/events.ts';
import { contactListCommands } from './contact-list/commands.ts';
import { contactList } from './contact-list/contact-list.ts';
import { contactListEvents } from './contact-list/events.ts';
import { contactListMemberCommands } from './contact-list-member/commands.ts';
import { contactListMember } from './contact-list-member/contact-list-member.ts';
import { contactListMemberEvents } from './contact-list-member/events.ts';
import { credentialCommands } from './credential/commands.ts';
import { credential } from './credential/credential.ts';
import { credentialEvents } from './credential/events.ts';
import { customFieldCommands } from './custom-field/commands.ts';
import { customField } from './custom-field/custom-field.ts';
import { customFieldEvents } from './custom-field/events.ts';
import { enrichmentCommands } from './enrichment/commands.ts';
import { enrichment } from './enrichment/enrichment.ts';
import { enrichmentEvents } from './enrichment/events.ts';
import { invoiceCommands } from './invoice/commands.ts';
import { invoiceEvents } from './invoice/events.ts';
import { invoice } from './invoice/invoice.ts';
import type { EventRow, EventsOf } from './kernel/define-events.ts';
import { piiPaths } from './kernel/pii.ts';
import { messageCommands } from './message/commands.ts';
import { messageEvents } from './message/events.ts';
import { message } from './message/message.ts';
import { messageGroupCommands } from './message-group/commands.ts';
import { messageGroupEvents } from './message-group/events.ts';
import { messageGroup } from './message-group/message-group.ts';
import { noteCommands } from './note/commands.ts';
import { noteEvents } from './note/events.ts';
import { note } from './note/note.ts';
import { pipelineCommands } from './pipeline/commands.ts';
import { pipelineEvents } from './pipeline/events.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { projectCommands } from './project/commands.ts';
import { projectEvents } from './project/events.ts';
import { project } from './project/project.ts';
import { projectMemberCommands } from './project-member/commands.ts';
import { projectMemberEvents } from './project-member/events.ts';
import { projectMember } from './project-member/project-member.ts';
import { sequenceCommands } from './sequence/commands.ts';
import { sequenceEvents } from './sequence/events.ts';
import { sequence } from './sequence/sequence.ts';
import { sequenceEnrollmentCommands } from './sequence-enrollment/commands.ts';
import { sequenceEnrollmentEvents } from './sequence-enrollment/events.ts';
import { sequenceEnrollment } from './sequence-enrollment/sequence-enrollment.ts';
import { sessionCommands } from './session/commands.ts';
import { sessionEvents } from './session/events.ts';
import { session } from './session/session.ts';
import { sessionPolicyCommands } from './session-policy/commands.ts';
import { sessionPolicyEvents } from './session-policy/events.ts';
import { sessionPolicy } from './session-policy/session-policy.ts';
import { statusCommands } from './status/commands.ts';
import { statusEvents } from './status/events.ts';
import { status } from './status/status.ts';
import { subscriptionCommands } from './subscription/commands.ts';
import { subscriptionEvents } from './subscription/events.ts';
import { subscription } from './subscription/subscription.ts';
import { trackingCommands } from './tracking/commands.ts';
import { trackingEvents } from './tracking/events.ts';
import { tracking } from './tracking/tracking.ts';
import { usageMeterCommands } from './usage-meter/commands.ts';
import { usageMeterEvents } from './usage-meter/events.ts';
import { usageMeter } from './usage-meter/usage-meter.ts';
import { userCommands } from './user/commands.ts';
import { userEvents } from './user/events.ts';
import { user } from './user/user.ts';
import { webhookCommands } from './webhook/commands.ts';
import { webhookEvents } from './webhook/events.ts';
import { webhook } from './webhook/webhook.ts';
import { webhookDeliveryCommands } from './webhook-delivery/commands.ts';
import { webhookDeliveryEvents } from './webhook-delivery/events.ts';
import { webhookDelivery } from './webhook-delivery/webhook-delivery.ts';

/** Every aggregate by its name: its decider, the schemas of its commands, the rows of its events. */
export const aggregates = {
  project: { decider: project, commands: projectCommands, events: projectEvents },
  user: { decider: user, commands: userCommands, events: userEvents },
  agent: { decider: agent, commands: agentCommands, events: agentEvents },
  agent_session: { decider: agentSession, commands: agentSessionCommands, events: agentSessionEvents },
  project_member: { decider: projectMember, commands: projectMemberCommands, events: projectMemberEvents },
  credential: { decider: credential, commands: credentialCommands, events: credentialEvents },
  channel: { decider: channel, commands: channelCommands, events: channelEvents },
  channel_type: { decider: channelType, commands: channelTypeCommands, events: channelTypeEvents },
  contact: { decider: contact, commands: contactCommands, events: contactEvents },
  chat: { decider: chat, commands: chatCommands, events: chatEvents },
  session: { decider: session, commands: sessionCommands, events: sessionEvents },
  message: { decider: message, commands: messageCommands, events: messageEvents },
  message_group: { decider: messageGroup, commands: messageGroupCommands, events: messageGroupEvents },
  tracking: { decider: tracking, commands: trackingCommands, events: trackingEvents },
  enrichment: { decider: enrichment, commands: enrichmentCommands, events: enrichmentEvents },
  pipeline: { decider: pipeline, commands: pipelineCommands, events: pipelineEvents },
  status: { decider: status, commands: statusCommands, events: statusEvents },
  billing_account: { decider: billingAccount, commands: billingAccountCommands, events: billingAccountEvents },
  subscription: { decider: subscription, commands: subscriptionCommands, events: subscriptionEvents },
  invoice: { decider: invoice, commands: invoiceCommands, events: invoiceEvents },
  usage_meter: { decider: usageMeter, commands: usageMeterCommands, events: usageMeterEvents },
  webhook: { decider: webhook, commands: webhookCommands, events: webhookEvents },
  webhook_delivery: { decider: webhookDelivery, commands: webhookDeliveryCommands, events: webhookDeliveryEvents },
  broadcast_recipient: {
    decider: broadcastRecipient,
    commands: broadcastRecipientCommands,
    events: broadcastRecipientEvents,
  },
  broadcast: { decider: broadcast, commands: broadcastCommands, events: broadcastEvents },
  campaign: { decider: campaign, commands: campaignCommands, events: campaignEvents },
  campaign_enrollment: {
    decider: campaignEnrollment,
    commands: campaignEnrollmentCommands,
    events: campaignEnrollmentEvents,
  },
  sequence: { decider: sequence, commands: sequenceCommands, events: sequenceEvents },
  sequence_enrollment: {
    decider: sequenceEnrollment,
    commands: sequenceEnrollmentCommands,
    events: sequenceEnrollmentEvents,
  },
  automation: { decider: automation, commands: automationCommands, events: automationEvents },
  automation_run: { decider: automationRun, commands: automationRunCommands, events: automationRunEvents },
  contact_list: { decider: contactList, commands: contactListCommands, events: contactListEvents },
  contact_list_member: {
    decider: contactListMember,
    commands: contactListMemberCommands,
    events: contactListMemberEvents,
  },
  note: { decider: note, commands: noteCommands, events: noteEvents },
  custom_field: { decider: customField, commands: customFieldCommands, events: customFieldEvents },
  session_policy: { decider: sessionPolicy, commands: sessionPolicyCommands, events: sessionPolicyEvents },
} as const;

/** The name of an aggregate, as it stands in `aggregate_type`. */
export type AggregateType = keyof typeof aggregates;

/** Any event of the product: `{ type, data }`. */
export type DomainEvent = { [Name in AggregateType]: EventsOf<(typeof aggregates)[Name]['events']> }[AggregateType];
/** The name of any event. */
export type EventType = DomainEvent['type'];
/** One event by its name: `EventOf<'contact.created'>`. */
export type EventOf<Type extends EventType> = Extract<DomainEvent, { readonly type: Type }>;

/** An event's row with its name and its aggregate's; `family` is the aggregate in whose name it is told. */
export type CatalogueRow = EventRow & {
  readonly type: string;
  readonly aggregate: AggregateType;
  readonly family: string;
};

/** All rows, in the order of the tables. */
export const eventRows: readonly CatalogueRow[] = Object.values(aggregates).flatMap(({ events }) =>
  Object.entries<EventRow>(events.rows).map(([type, row]) => ({
    ...row,
    type,
    aggregate: events.aggregate as AggregateType,
    family: events.family,
  })),
);

const rowsByType = new Map(eventRows.map((row) => [row.type, row]));

/** The row of an event; undefined when the catalogue has none of this name. */
export function eventRow(type: string): CatalogueRow | undefined {
  return rowsByType.get(type);
}

/** The names of all fields of events and commands that are marked personal, for redaction: last part of the path, sorted. */
export function piiFieldNames(): string[] {
  const commands = Object.values(aggregates).flatMap(({ commands }) => Object.values(commands));
  const schemas = [...eventRows.map((row) => row.data), ...commands];
  const names = schemas
    .flatMap((schema) => piiPaths(schema))
    .map((path) => path.split('.').findLast((part) => part !== '*'));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
