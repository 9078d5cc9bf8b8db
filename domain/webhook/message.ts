// What is sent for an event under one of its webhook names: the payload and the headers beside it (Standard Webhooks). Signing is the sender's part.
import type { CatalogueRow } from '../catalog.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { toOlder } from '../kernel/versions.ts';

/** The payload. `version` is that of `data`; `sequence` counts the events of the aggregate, for deliveries come in any order. */
export type WebhookPayload = {
  readonly type: string;
  readonly timestamp: string;
  readonly version: number;
  readonly projectId: string | null;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly data: unknown;
};

/** One delivery: `event` in the current version and in the open, `sentAt` the moment of this attempt, `version` the one to tell it in. */
export type WebhookDelivering = {
  readonly deliveryId: string;
  readonly eventName: string;
  readonly event: Envelope;
  readonly sentAt: Date;
  readonly version?: number;
};

/** The headers without the signature, and the payload. Throws DomainError rule_violated (`no_downcast`) for a version that the event can't be told in. */
export function webhookMessage(
  row: CatalogueRow,
  { deliveryId, eventName, event, sentAt, version = row.version }: WebhookDelivering,
): { readonly headers: Readonly<Record<string, string>>; readonly payload: WebhookPayload } {
  const { time: timestamp, projectId, aggregateType, aggregateId, sequence } = event;
  const data = toOlder(row, version, event.data);
  const old = row.older?.[version - 1]?.deprecated;
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-event-version': `v${version}`,
      ...(old && { 'webhook-deprecated-since': old.since, 'webhook-deprecated-until': old.until }),
    },
    payload: { type: eventName, timestamp, version, projectId, aggregateType, aggregateId, sequence, data },
  };
}
