// The lists of all routes under /v1: those that need a key or an agent's token with a scope, and those that do not.

import { acceptInvitationRoute } from '../accept-invitation.ts';
import type { Route } from '../define-route.ts';
import type { OpenRoute } from '../open-route.ts';
import { agentSessionRoutes } from './agent-sessions.ts';
import { agentRoutes } from './agents.ts';
import { analyticsRoutes } from './analytics.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { automationRoutes } from './automations.ts';
import { billingRoutes } from './billing.ts';
import { billingAccountRoutes } from './billing-accounts.ts';
import { broadcastApprovalRoutes } from './broadcast-approval.ts';
import { broadcastRunRoutes } from './broadcast-runs.ts';
import { broadcastRoutes } from './broadcasts.ts';
import { campaignRoutes } from './campaigns.ts';
import { channelPacingRoutes } from './channel-pacing.ts';
import { channelPairingRoutes } from './channel-pairing.ts';
import { channelTypeRoutes } from './channel-types.ts';
import { channelRoutes } from './channels.ts';
import { chatRoutes } from './chats.ts';
import { consumerRoutes } from './consumers.ts';
import { contactListRoutes } from './contact-lists.ts';
import { contactStateRoutes } from './contact-states.ts';
import { contactRoutes } from './contacts.ts';
import { credentialRoutes } from './credentials.ts';
import { customFieldRoutes } from './custom-fields.ts';
import { enrichmentRoutes } from './enrichments.ts';
import { historyImportRoutes } from './history-import.ts';
import { messageRoutes } from './messages.ts';
import { noteRoutes } from './notes.ts';
import { outboxRoutes } from './outbox.ts';
import { pipelineStatusRoutes } from './pipeline-statuses.ts';
import { pipelineRoutes } from './pipelines.ts';
import { projectMemberRoutes } from './project-members.ts';
import { projectRoutes } from './projects.ts';
import { rawWebhookRoutes } from './raw-webhooks.ts';
import { sagaRoutes } from './sagas.ts';
import { sequenceRoutes } from './sequences.ts';
import { sessionPolicyRoutes } from './session-policies.ts';
import { sessionRoutes } from './sessions.ts';
import { signInRoutes } from './sign-in.ts';
import { timelineRoutes } from './timeline.ts';
import { trackingRoutes } from './trackings.ts';
import { userRoutes } from './users.ts';
import { webhookRoutes } from './webhooks.ts';

/** Signing in, and what takes a token instead of a key. */
export const openRoutes: readonly OpenRoute[] = [...signInRoutes, acceptInvitationRoute];

/** In the order in which the docs page shows them. */
export const resources: readonly Route[] = [
  ...projectRoutes,
  ...projectMemberRoutes,
  ...userRoutes,
  ...agentRoutes,
  ...channelRoutes,
  ...channelPairingRoutes,
  ...historyImportRoutes,
  ...channelPacingRoutes,
  ...channelTypeRoutes,
  ...contactRoutes,
  ...contactStateRoutes,
  ...customFieldRoutes,
  ...timelineRoutes,
  ...chatRoutes,
  ...sessionRoutes,
  ...sessionPolicyRoutes,
  ...agentSessionRoutes,
  ...messageRoutes,
  ...enrichmentRoutes,
  ...noteRoutes,
  ...contactListRoutes,
  ...pipelineRoutes,
  ...pipelineStatusRoutes,
  ...trackingRoutes,
  ...webhookRoutes,
  ...billingAccountRoutes,
  ...billingRoutes,
  ...broadcastRoutes,
  ...broadcastRunRoutes,
  ...broadcastApprovalRoutes,
  ...sequenceRoutes,
  ...campaignRoutes,
  ...analyticsRoutes,
  ...automationRoutes,
  ...sagaRoutes,
  ...outboxRoutes,
  ...consumerRoutes,
  ...rawWebhookRoutes,
  ...credentialRoutes,
  ...apiKeyRoutes,
];
