// Every command of the product: how it is reached over HTTP, or why it is not. A command without a row does not compile.
import type { Scope } from '../db/api-keys.ts';
import type { aggregates } from '../domain/catalog.ts';

/** The name of any command. */
export type CommandType = {
  [Table in keyof typeof aggregates]: keyof (typeof aggregates)[Table]['commands'] & string;
}[keyof typeof aggregates];

/** Where a command is taken, and the scope it needs. */
export type CommandRoute = {
  readonly method: 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly scope: Scope;
};

const post = (path: string, scope: Scope = 'write'): CommandRoute => ({ method: 'post', path, scope });
const patch = (path: string, scope: Scope = 'write'): CommandRoute => ({ method: 'patch', path, scope });
const remove = (path: string, scope: Scope = 'write'): CommandRoute => ({ method: 'delete', path, scope });
/** Run by sagas and intake only; the text says for what. */
const internal = (why: string): { readonly internal: string } => ({ internal: why });

/** The table. */
export const commandRoutes = {
  'project.create': post('/v1/projects', 'admin'),

  'user.create': post('/v1/users', 'admin'),
  'user.update': patch('/v1/users/{id}', 'admin'),
  'user.delete': remove('/v1/users/{id}', 'admin'),

  'agent.create': post('/v1/agents', 'admin'),
  'agent.update': patch('/v1/agents/{id}', 'admin'),
  'agent.activate': post('/v1/agents/{id}/activate', 'admin'),
  'agent.deactivate': post('/v1/agents/{id}/deactivate', 'admin'),
  'agent.log_in': internal('run by POST /v1/sign-in, once the password is right'),
  'agent.grant_permission': post('/v1/agents/{id}/permissions', 'admin'),
  'agent.revoke_permission': remove('/v1/agents/{id}/permissions/{permission}', 'admin'),

  'agent_session.join': post('/v1/agent-sessions'),
  'agent_session.leave': post('/v1/agent-sessions/{id}/leave'),

  'project_member.invite': post('/v1/project-members', 'admin'),
  'project_member.accept': internal('run by POST /v1/project-members/accept, which takes the invitee’s token'),
  'project_member.change_role': patch('/v1/project-members/{id}', 'admin'),
  'project_member.remove': remove('/v1/project-members/{id}', 'admin'),

  'credential.create': post('/v1/credentials', 'admin'),
  'credential.update': patch('/v1/credentials/{id}', 'admin'),
  'credential.refresh_oauth': post('/v1/credentials/{id}/refresh', 'admin'),
  'credential.activate': post('/v1/credentials/{id}/activate', 'admin'),
  'credential.deactivate': post('/v1/credentials/{id}/deactivate', 'admin'),
  'credential.use': internal('run by an integration that calls out with it'),
  'credential.expire': internal('run by the schedule that looks for what has expired (to come)'),

  'channel.create': post('/v1/channels', 'admin'),
  'channel.request_activation': post('/v1/channels/{id}/activate', 'admin'),
  'channel.fail_activation': internal('the activation saga, when the gateway refuses or takes too long'),
  'channel.confirm_working': internal('only the gateway itself can say that a channel works'),
  'channel.note_disconnected': internal('told by the gateway'),
  'channel.upsert_label': internal('labels are kept by the gateway'),
  'channel.delete_label': internal('labels are kept by the gateway'),
  'channel.enable_history_import': post('/v1/channels/{id}/enable-history-import', 'admin'),
  'channel.request_history_import': post('/v1/channels/{id}/import-history', 'admin'),
  'channel.start_history_import': internal('the import saga, when it begins'),
  'channel.complete_history_import': internal('the import saga, when it is done'),
  'channel.fail_history_import': internal('the import saga, when it gives up'),
  'channel.associate_pipeline': post('/v1/channels/{id}/associate-pipeline', 'admin'),
  'channel.disassociate_pipeline': post('/v1/channels/{id}/disassociate-pipeline', 'admin'),
  'channel.deactivate': post('/v1/channels/{id}/deactivate', 'admin'),
  'channel.delete': remove('/v1/channels/{id}', 'admin'),

  'channel_type.create': post('/v1/channel-types', 'admin'),
  'channel_type.update': patch('/v1/channel-types/{id}', 'admin'),

  'contact.create': post('/v1/contacts'),
  'contact.update': patch('/v1/contacts/{id}'),
  'contact.add_tag': post('/v1/contacts/{id}/tags'),
  'contact.remove_tag': remove('/v1/contacts/{id}/tags/{tag}'),
  'contact.clear_tags': remove('/v1/contacts/{id}/tags'),
  'contact.set_external_id': post('/v1/contacts/{id}/external-ids'),
  'contact.set_source_channel': post('/v1/contacts/{id}/source-channel'),
  'contact.enrich': post('/v1/contacts/{id}/enrich'),
  'contact.receive_profile_picture': internal('given by the gateway when pictures are fetched from it (to come)'),
  'contact.enter_pipeline': post('/v1/contacts/{id}/enter-pipeline'),
  'contact.move_status': post('/v1/contacts/{id}/move-status'),
  'contact.exit_pipeline': post('/v1/contacts/{id}/exit-pipeline'),
  'contact.qualify_lead': post('/v1/contacts/{id}/qualify'),
  'contact.opt_out': post('/v1/contacts/{id}/opt-out'),
  'contact.opt_in': post('/v1/contacts/{id}/opt-in'),
  'contact.undo_opt_out': internal('compensation of the message’s saga'),
  'contact.undo_opt_in': internal('compensation of the message’s saga'),
  'contact.merge': post('/v1/contacts/{id}/merge'),
  'contact.become_merged': internal('the merged contact’s part of contact.merge'),
  'contact.undo_merge': post('/v1/contacts/{id}/unmerge'),
  'contact.restore_merged': internal('the merged contact’s part of contact.undo_merge'),
  'contact.anonymize': post('/v1/contacts/{id}/anonymize', 'admin'),
  'contact.learn_identity': internal('learnt from the gateway'),
  'contact.record_interaction': internal('a step of the message’s saga'),
  'contact.undo_interaction': internal('compensation of the message’s saga'),
  'contact.track_ad': internal('a step of the message’s saga'),
  'contact.delete': remove('/v1/contacts/{id}'),

  'chat.create': internal('made with its first message'),
  'chat.set_subject': internal('told by the gateway'),
  'chat.set_description': internal('told by the gateway'),
  'chat.add_participant': internal('told by the gateway'),
  'chat.remove_participant': internal('told by the gateway'),
  'chat.change_participants': internal('told by the gateway'),
  'chat.promote_participant': internal('told by the gateway'),
  'chat.demote_participant': internal('told by the gateway'),
  'chat.add_label': internal('told by the gateway'),
  'chat.remove_label': internal('told by the gateway'),
  'chat.archive': post('/v1/chats/{id}/archive'),
  'chat.unarchive': post('/v1/chats/{id}/unarchive'),
  'chat.close': post('/v1/chats/{id}/close'),

  'session.start': internal('begun by a message'),
  'session.record_message': internal('a step of the message’s saga'),
  'session.undo_message': internal('compensation of the message’s saga'),
  'session.close': post('/v1/sessions/{id}/close'),
  'session.resolve': post('/v1/sessions/{id}/resolve'),
  'session.escalate': post('/v1/sessions/{id}/escalate'),
  'session.summarize': post('/v1/sessions/{id}/summarize'),
  'session.abandon': internal('the session’s saga, when the contact has not answered for long'),
  'session.assign_agent': post('/v1/sessions/{id}/assign'),

  'message.receive': internal('taken in from the gateway'),
  'message.queue': post('/v1/messages', 'send'),
  'message.apply_status': internal('told by the gateway'),
  'message.edit': internal('told by the gateway'),
  'message.revoke': internal('told by the gateway'),
  'message.set_reaction': internal('told by the gateway'),
  'message.discard': internal('compensation of the message’s saga'),

  'message_group.open': internal('a step of the message’s saga'),
  'message_group.add_message': internal('a step of the message’s saga'),
  'message_group.remove_message': internal('compensation of the message’s saga'),
  'message_group.start_processing': internal('a timer of its workflow'),
  'message_group.complete': internal('the end of its workflow'),
  'message_group.expire': internal('a timer of its workflow'),

  'tracking.create': internal('a step of the message’s saga'),
  'tracking.enrich': internal('learnt from an advert'),

  'pipeline.create': post('/v1/pipelines'),
  'pipeline.update': patch('/v1/pipelines/{id}'),
  'pipeline.activate': post('/v1/pipelines/{id}/activate'),
  'pipeline.deactivate': post('/v1/pipelines/{id}/deactivate'),
  'pipeline.add_status': post('/v1/pipelines/{id}/statuses'),
  'pipeline.remove_status': remove('/v1/pipelines/{id}/statuses/{statusId}'),
  'pipeline.set_lead_qualification': post('/v1/pipelines/{id}/lead-qualification'),
  'pipeline.enable_lead_qualification': post('/v1/pipelines/{id}/lead-qualification/enable'),
  'pipeline.disable_lead_qualification': post('/v1/pipelines/{id}/lead-qualification/disable'),

  'status.create': internal('goes with pipeline.add_status, in one transaction'),
  'status.update': patch('/v1/pipeline-statuses/{id}'),
  'status.activate': post('/v1/pipeline-statuses/{id}/activate'),
  'status.deactivate': post('/v1/pipeline-statuses/{id}/deactivate'),
  'status.remove': internal('goes with pipeline.remove_status, in one transaction'),

  'enrichment.complete': post('/v1/enrichments/{id}/complete'),
  'enrichment.fail': post('/v1/enrichments/{id}/fail'),

  'billing_account.create': post('/v1/billing-accounts', 'admin'),
  'billing_account.update': patch('/v1/billing-accounts/{id}', 'admin'),
  'billing_account.link_customer': internal('a step of the billing set-up saga, once Stripe has the customer'),
  'billing_account.activate_payment': internal('told by Stripe: a means of payment was attached or changed'),
  'billing_account.suspend': internal('a step of the dunning saga, when payments keep failing'),
  'billing_account.reactivate': post('/v1/billing-accounts/{id}/reactivate', 'admin'),
  'billing_account.cancel': post('/v1/billing-accounts/{id}/cancel', 'admin'),

  'subscription.create': internal('told by Stripe: a subscription began'),
  'subscription.sync': internal('told by Stripe: a subscription changed'),
  'subscription.cancel': post('/v1/subscriptions/{id}/cancel', 'admin'),
  'subscription.reactivate': post('/v1/subscriptions/{id}/reactivate', 'admin'),
  'subscription.request_price': post('/v1/subscriptions/{id}/change-price', 'admin'),
  'subscription.refuse_change': internal('compensation of the plan-change saga: Stripe did not agree'),

  'invoice.create': internal('told by Stripe: an invoice was made out'),
  'invoice.finalize': internal('told by Stripe'),
  'invoice.pay': internal('told by Stripe'),
  'invoice.record_payment_failure': internal('told by Stripe'),
  'invoice.void': internal('told by Stripe'),
  'invoice.mark_uncollectible': internal('told by Stripe'),

  'usage_meter.create': internal('a step of the billing set-up saga'),
  'usage_meter.increment': internal('run by billing_consumer for each event that is charged'),
  'usage_meter.report': internal('a step of the usage report saga, once Stripe took it'),
  'usage_meter.reset_period': internal('a step of the billing period saga'),

  'webhook.create': post('/v1/webhook-subscriptions', 'admin'),
  'webhook.update': patch('/v1/webhook-subscriptions/{id}', 'admin'),
  'webhook.activate': post('/v1/webhook-subscriptions/{id}/activate', 'admin'),
  'webhook.deactivate': post('/v1/webhook-subscriptions/{id}/deactivate', 'admin'),
  'webhook.rotate_secret': post('/v1/webhook-subscriptions/{id}/rotate-secret', 'admin'),
  'webhook.delete': remove('/v1/webhook-subscriptions/{id}', 'admin'),
  'webhook.note_attempt': internal('run by the deliverer with each attempt'),

  'webhook_delivery.plan': internal('run by webhook_consumer for each subscription that an event fits'),
  'webhook_delivery.record_attempt': internal('run by the deliverer with each attempt'),
  'webhook_delivery.redeliver': post('/v1/webhook-deliveries/{id}/redeliver'),
  'webhook_delivery.discard': internal('run by the deliverer when the subscription takes nothing any more'),
  'broadcast.create': post('/v1/broadcasts'),
  'broadcast.update': patch('/v1/broadcasts/{id}'),
  'broadcast.schedule': post('/v1/broadcasts/{id}/schedule', 'send'),
  'broadcast.start': post('/v1/broadcasts/{id}/start', 'send'),
  'broadcast.pause': post('/v1/broadcasts/{id}/pause'),
  'broadcast.resume': post('/v1/broadcasts/{id}/resume', 'send'),
  'broadcast.cancel': post('/v1/broadcasts/{id}/cancel'),
  'broadcast.fail': internal('the broadcast’s saga, when it can’t go on'),
  'broadcast.complete': internal('the broadcast’s saga, once no recipient is left'),
  'broadcast_recipient.begin': internal('a step of the broadcast’s saga, with the message that it queues'),
  'broadcast_recipient.confirm': internal('the broadcast’s consumer, when the message was sent'),
  'broadcast_recipient.fail': internal('the broadcast’s consumer, when the message failed'),
  'broadcast_recipient.skip': internal('a step of the broadcast’s saga, for who opted out meanwhile'),

  'sequence.create': post('/v1/sequences'),
  'sequence.update': patch('/v1/sequences/{id}'),
  'sequence.add_step': post('/v1/sequences/{id}/steps'),
  'sequence.remove_step': remove('/v1/sequences/{id}/steps/{stepId}'),
  'sequence.move_step': post('/v1/sequences/{id}/steps/{stepId}/move'),
  'sequence.activate': post('/v1/sequences/{id}/activate', 'send'),
  'sequence.pause': post('/v1/sequences/{id}/pause'),
  'sequence.resume': post('/v1/sequences/{id}/resume', 'send'),
  'sequence.archive': post('/v1/sequences/{id}/archive'),
  'sequence_enrollment.enroll': post('/v1/sequences/{id}/enrollments', 'send'),
  'sequence_enrollment.advance': internal('the enrolment’s saga, when a step was sent or passed over'),
  'sequence_enrollment.pause': post('/v1/sequence-enrollments/{id}/pause'),
  'sequence_enrollment.resume': post('/v1/sequence-enrollments/{id}/resume', 'send'),
  'sequence_enrollment.exit': post('/v1/sequence-enrollments/{id}/exit'),

  'campaign.create': post('/v1/campaigns'),
  'campaign.update': patch('/v1/campaigns/{id}'),
  'campaign.add_step': post('/v1/campaigns/{id}/steps'),
  'campaign.remove_step': remove('/v1/campaigns/{id}/steps/{stepId}'),
  'campaign.move_step': post('/v1/campaigns/{id}/steps/{stepId}/move'),
  'campaign.schedule': post('/v1/campaigns/{id}/schedule', 'send'),
  'campaign.activate': post('/v1/campaigns/{id}/activate', 'send'),
  'campaign.pause': post('/v1/campaigns/{id}/pause'),
  'campaign.resume': post('/v1/campaigns/{id}/resume', 'send'),
  'campaign.complete': post('/v1/campaigns/{id}/complete'),
  'campaign.archive': post('/v1/campaigns/{id}/archive'),
  'campaign_enrollment.enroll': post('/v1/campaigns/{id}/enrollments', 'send'),
  'campaign_enrollment.advance': internal('the enrolment’s saga, when a step ended'),
  'campaign_enrollment.pause': post('/v1/campaign-enrollments/{id}/pause'),
  'campaign_enrollment.resume': post('/v1/campaign-enrollments/{id}/resume', 'send'),
  'campaign_enrollment.exit': post('/v1/campaign-enrollments/{id}/exit'),
} as const satisfies Record<CommandType, CommandRoute | { readonly internal: string }>;
