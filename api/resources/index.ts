// The list of all routes under /v1 that take an API key.
import type { Route } from '../define-route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { billingRoutes } from './billing.ts';
import { billingAccountRoutes } from './billing-accounts.ts';
import { channelTypeRoutes } from './channel-types.ts';
import { channelRoutes } from './channels.ts';
import { chatRoutes } from './chats.ts';
import { consumerRoutes } from './consumers.ts';
import { contactStateRoutes } from './contact-states.ts';
import { contactRoutes } from './contacts.ts';
import { enrichmentRoutes } from './enrichments.ts';
import { messageRoutes } from './messages.ts';
import { outboxRoutes } from './outbox.ts';
import { pipelineStatusRoutes } from './pipeline-statuses.ts';
import { pipelineRoutes } from './pipelines.ts';
import { projectRoutes } from './projects.ts';
import { rawWebhookRoutes } from './raw-webhooks.ts';
import { sagaRoutes } from './sagas.ts';
import { sessionRoutes } from './sessions.ts';
import { timelineRoutes } from './timeline.ts';
import { trackingRoutes } from './trackings.ts';
import { webhookRoutes } from './webhooks.ts';

/** In the order in which the docs page shows them. */
export const resources: readonly Route[] = [
  ...projectRoutes,
  ...channelRoutes,
  ...channelTypeRoutes,
  ...contactRoutes,
  ...contactStateRoutes,
  ...timelineRoutes,
  ...chatRoutes,
  ...sessionRoutes,
  ...messageRoutes,
  ...enrichmentRoutes,
  ...pipelineRoutes,
  ...pipelineStatusRoutes,
  ...trackingRoutes,
  ...webhookRoutes,
  ...billingAccountRoutes,
  ...billingRoutes,
  ...sagaRoutes,
  ...outboxRoutes,
  ...consumerRoutes,
  ...rawWebhookRoutes,
  ...apiKeyRoutes,
];
