// The webhook delivery's table.
import type { WebhookDelivery } from '../../domain/webhook-delivery/webhook-delivery.ts';
import { webhookDeliveries } from '../schema/webhooks.ts';
import { defineStore } from '../state-store.ts';

export const webhookDeliveryStore = defineStore<WebhookDelivery>({
  table: webhookDeliveries,
  columns: {
    id: 'plain',
    projectId: 'plain',
    subscriptionId: 'plain',
    eventId: 'plain',
    eventType: 'plain',
    eventName: 'plain',
    status: 'plain',
    attempts: 'plain',
    maxAttempts: 'plain',
    nextAttemptAt: 'time',
    lastStatusCode: 'plain',
    lastReason: 'plain',
    endedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    webhook_deliveries_once: {
      rule: 'delivery_planned',
      message: 'This event is being delivered to this subscription already.',
    },
  },
});
