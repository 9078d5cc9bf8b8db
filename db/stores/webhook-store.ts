// The webhook subscription's table; secrets and headers are sealed.
import type { WebhookSubscription } from '../../domain/webhook/webhook.ts';
import { webhookSubscriptions } from '../schema/webhooks.ts';
import { defineStore } from '../state-store.ts';

export const webhookStore = defineStore<WebhookSubscription>({
  table: webhookSubscriptions,
  columns: {
    id: 'plain',
    projectId: 'plain',
    userId: 'plain',
    name: 'plain',
    url: 'plain',
    events: 'plain',
    subscribeContactEvents: 'plain',
    contactEventTypes: 'plain',
    contactEventCategories: 'plain',
    active: 'plain',
    secrets: 'sealed',
    headers: 'sealed',
    headerNames: 'json',
    retryCount: 'plain',
    timeoutSeconds: 'plain',
    disabledReason: 'plain',
    disabledAt: 'time',
    lastTriggeredAt: 'time',
    lastSuccessAt: 'time',
    lastFailureAt: 'time',
    successCount: 'plain',
    failureCount: 'plain',
    givenUpInRow: 'plain',
    createdAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: { secrets: { current: '', previous: null, previousUntil: null }, headers: {} },
});
