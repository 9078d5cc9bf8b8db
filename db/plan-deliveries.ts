// From an event to the webhook subscriptions that it fits, and from them to deliveries: one each for subscription and webhook name.

import type { CatalogueRow } from '../domain/catalog.ts';
import { possibleWebhookNames, webhookNamesOf } from '../domain/kernel/define-events.ts';
import type { SagaMetadata } from '../domain/kernel/envelope.ts';
import { patternsOf } from '../domain/webhook/patterns.ts';
import { derivedId } from '../platform/clock.ts';
import { aggregates } from './aggregates.ts';
import type { Cause, ExecuteDeps } from './execute.ts';
import { executeMany } from './execute-many.ts';
import { withoutSilent } from './loud-imports.ts';
import type { Tx } from './transaction.ts';

/** What must be known of an event. `data` may be sealed: names are chosen by fields that never are. */
export type DeliverableEvent = {
  readonly id: string;
  readonly type: string;
  readonly projectId: string | null;
  readonly data: unknown;
  /** Of an import of the past, customers hear only if it was asked for. */
  readonly saga?: SagaMetadata | null;
};

type Match = { readonly subscriptionId: string; readonly retryCount: number };

/**
 * The active subscriptions of the transaction's tenant that an event fits under a webhook name: those of its project, or all of the tenant's for
 * an event of no project. `category`: where it stands in a contact's timeline, for subscriptions to contact events.
 */
export async function matchSubscriptions(
  tx: Tx,
  { type, projectId }: DeliverableEvent,
  name: string,
  category: string | undefined,
): Promise<Match[]> {
  const { rows } = await tx.query<Match>(
    `select id as "subscriptionId", retry_count as "retryCount" from webhook_subscriptions
     where tenant_id = $1 and active and deleted_at is null and ($2::uuid is null or project_id = $2)
       and (events && $3::text[]
         or (subscribe_contact_events and $4::text is not null
           and (contact_event_types = '{}' or $5 = any(contact_event_types))
           and (contact_event_categories = '{}' or $4 = any(contact_event_categories))))
     order by id`,
    [tx.tenantId, projectId, patternsOf(name), category ?? null, type],
  );
  return rows;
}

/** Plans the deliveries of an event; planned again, there are no more. Gives their ids. */
export async function planDeliveries(
  deps: ExecuteDeps,
  tx: Tx,
  event: DeliverableEvent,
  row: CatalogueRow,
  cause: Cause,
): Promise<string[]> {
  if (possibleWebhookNames(row.webhooks as never).length === 0) return [];
  if ((await withoutSilent(tx, [event], 'webhooks')).length === 0) return [];
  const plans: Plan[] = [];
  for (const eventName of webhookNamesOf(row.webhooks, event.data))
    for (const match of await matchSubscriptions(tx, event, eventName, row.timeline))
      plans.push(planOf(event, eventName, match));
  await executeMany(deps, tx, aggregates.webhookDelivery, plans, cause);
  return plans.map(({ id }) => id);
}

/** Plans the delivery of an event to one subscription, whatever that asks for; of one that it gets anyway there is still one. `name` as the event has it, or its type. */
export async function planDeliveryTo(
  deps: ExecuteDeps,
  tx: Tx,
  event: DeliverableEvent,
  subscription: Match & { readonly name: string | undefined },
  cause: Cause,
): Promise<void> {
  await executeMany(
    deps,
    tx,
    aggregates.webhookDelivery,
    [planOf(event, subscription.name ?? event.type, subscription)],
    cause,
  );
}

type Plan = {
  readonly id: string;
  readonly command: { readonly type: 'webhook_delivery.plan'; readonly data: object };
};

function planOf(event: DeliverableEvent, eventName: string, { subscriptionId, retryCount }: Match): Plan {
  const deliveryId = derivedId('webhook-delivery', subscriptionId, event.id, eventName);
  const { id: eventId, type: eventType, projectId } = event;
  const data = { deliveryId, subscriptionId, eventId, eventType, eventName, projectId, retryCount };
  return { id: deliveryId, command: { type: 'webhook_delivery.plan', data } };
}
