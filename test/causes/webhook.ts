// How the events of webhooks come about: a person switches a subscription off; the deliverer tells how deliveries went.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';

const deliverer = 'the webhook deliverer, with each attempt (to come)';

/** A subscription to everything; gives its id. */
export async function newWebhook({ call, projectId }: CauseWorld, more: object = {}): Promise<string> {
  const body = { projectId, name: 'Shop', url: 'https://hooks.shop.com/in', events: ['*'], ...more };
  return String((await call('POST', '/v1/webhook-subscriptions', body))['id']);
}

/** A delivery to a new subscription, planned with two attempts. */
export async function newDelivery(world: CauseWorld): Promise<string> {
  const [deliveryId, subscriptionId] = [world.newId(), await newWebhook(world)];
  const event = { eventId: world.newId(), eventType: 'contact.created', eventName: 'contact.created' };
  const data = { deliveryId, subscriptionId, projectId: world.projectId, ...event, retryCount: 1 };
  await world.run('webhookDelivery', deliveryId, { type: 'webhook_delivery.plan', data });
  return deliveryId;
}

const failing = (attempts: number) =>
  byCommand(deliverer, async (world) => {
    const deliveryId = await newDelivery(world);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const data = { attempt, result: 'failed', statusCode: 503 };
      await world.run('webhookDelivery', deliveryId, { type: 'webhook_delivery.record_attempt', data });
    }
  });

export const webhookCauses: Causes = {
  'webhook.delivery_failed': failing(1),
  'webhook.retry_exhausted': failing(2),
  'webhook.subscription_disabled': byHttp(async (world) =>
    world.call('POST', `/v1/webhook-subscriptions/${await newWebhook(world)}/deactivate`),
  ),
};
