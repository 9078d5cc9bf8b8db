// Every aggregate of the catalogue with its table: what db/execute needs, in one place.
import { aggregates as catalogue } from '../domain/catalog.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import { followBroadcast } from './broadcast-audience.ts';
import type { AggregateDefinition } from './execute.ts';
import { agentSessionStore } from './stores/agent-session-store.ts';
import { agentStore } from './stores/agent-store.ts';
import { automationRunStore, automationStore } from './stores/automation-store.ts';
import { billingAccountStore } from './stores/billing-account-store.ts';
import { broadcastRecipientStore } from './stores/broadcast-recipient-store.ts';
import { broadcastStore } from './stores/broadcast-store.ts';
import { campaignStore } from './stores/campaign-store.ts';
import { channelStore } from './stores/channel-store.ts';
import { channelTypeStore } from './stores/channel-type-store.ts';
import { chatStore } from './stores/chat-store.ts';
import { contactListMemberStore, contactListStore } from './stores/contact-list-store.ts';
import { keepLookups } from './stores/contact-lookups.ts';
import { contactStore } from './stores/contact-store.ts';
import { credentialStore } from './stores/credential-store.ts';
import { customFieldStore } from './stores/custom-field-store.ts';
import { enrichmentStore } from './stores/enrichment-store.ts';
import { campaignEnrollmentStore, sequenceEnrollmentStore } from './stores/enrollment-stores.ts';
import { invoiceStore } from './stores/invoice-store.ts';
import { messageGroupStore } from './stores/message-group-store.ts';
import { messageStore } from './stores/message-store.ts';
import { noteStore } from './stores/note-store.ts';
import { pipelineStore } from './stores/pipeline-store.ts';
import { projectMemberStore } from './stores/project-member-store.ts';
import { projectStore } from './stores/project-store.ts';
import { sequenceStore } from './stores/sequence-store.ts';
import { sessionPolicyStore } from './stores/session-policy-store.ts';
import { sessionStore } from './stores/session-store.ts';
import { statusStore } from './stores/status-store.ts';
import { subscriptionStore } from './stores/subscription-store.ts';
import { trackingStore } from './stores/tracking-store.ts';
import { keepUsageKeys, usageMeterStore } from './stores/usage-meter-store.ts';
import { userStore } from './stores/user-store.ts';
import { webhookDeliveryStore } from './stores/webhook-delivery-store.ts';
import { webhookStore } from './stores/webhook-store.ts';

const define = <State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  definition: AggregateDefinition<State, Cmd, Event>,
): AggregateDefinition<State, Cmd, Event> => definition;

/** The aggregates of the catalogue with their tables. */
export const aggregates = {
  contact: define({ ...catalogue.contact, store: contactStore, afterWrite: keepLookups }),
  chat: define({ ...catalogue.chat, store: chatStore }),
  session: define({ ...catalogue.session, store: sessionStore }),
  message: define({ ...catalogue.message, store: messageStore }),
  messageGroup: define({ ...catalogue.message_group, store: messageGroupStore }),
  channel: define({ ...catalogue.channel, store: channelStore }),
  channelType: define({ ...catalogue.channel_type, store: channelTypeStore }),
  tracking: define({ ...catalogue.tracking, store: trackingStore }),
  enrichment: define({ ...catalogue.enrichment, store: enrichmentStore }),
  project: define({ ...catalogue.project, store: projectStore }),
  pipeline: define({ ...catalogue.pipeline, store: pipelineStore }),
  status: define({ ...catalogue.status, store: statusStore }),
  billingAccount: define({ ...catalogue.billing_account, store: billingAccountStore }),
  subscription: define({ ...catalogue.subscription, store: subscriptionStore }),
  invoice: define({ ...catalogue.invoice, store: invoiceStore }),
  usageMeter: define({ ...catalogue.usage_meter, store: usageMeterStore, afterWrite: keepUsageKeys }),
  webhook: define({ ...catalogue.webhook, store: webhookStore }),
  webhookDelivery: define({ ...catalogue.webhook_delivery, store: webhookDeliveryStore }),
  user: define({ ...catalogue.user, store: userStore }),
  agent: define({ ...catalogue.agent, store: agentStore }),
  agentSession: define({ ...catalogue.agent_session, store: agentSessionStore }),
  projectMember: define({ ...catalogue.project_member, store: projectMemberStore }),
  credential: define({ ...catalogue.credential, store: credentialStore }),
  broadcast: define({ ...catalogue.broadcast, store: broadcastStore, afterWrite: followBroadcast }),
  broadcastRecipient: define({ ...catalogue.broadcast_recipient, store: broadcastRecipientStore }),
  sequence: define({ ...catalogue.sequence, store: sequenceStore }),
  sequenceEnrollment: define({ ...catalogue.sequence_enrollment, store: sequenceEnrollmentStore }),
  campaign: define({ ...catalogue.campaign, store: campaignStore }),
  campaignEnrollment: define({ ...catalogue.campaign_enrollment, store: campaignEnrollmentStore }),
  automation: define({ ...catalogue.automation, store: automationStore }),
  automationRun: define({ ...catalogue.automation_run, store: automationRunStore }),
  contactList: define({ ...catalogue.contact_list, store: contactListStore }),
  contactListMember: define({ ...catalogue.contact_list_member, store: contactListMemberStore }),
  note: define({ ...catalogue.note, store: noteStore }),
  customField: define({ ...catalogue.custom_field, store: customFieldStore }),
  sessionPolicy: define({ ...catalogue.session_policy, store: sessionPolicyStore }),
} as const;
