// An event as a message again, as the relay sent it: for dead letters whose message was acked long ago.
import type { OutgoingMessage } from '../amqp/publisher.ts';
import { deprecationHeaders, skipMarkerHeader } from '../relay/message.ts';
import type { Delivery } from './parse-delivery.ts';

/** The inverse of parseDelivery. */
export function encodeDelivery({ event, skip }: Delivery): OutgoingMessage {
  const { saga } = event;
  const attributes: Record<string, string | number | null> = {
    specversion: '1.0',
    id: event.id,
    type: event.type,
    source: event.source,
    subject: event.aggregateId,
    time: event.time,
    tenantid: event.tenantId,
    projectid: event.projectId,
    aggregatetype: event.aggregateType,
    aggregateid: event.aggregateId,
    sequence: event.sequence,
    eventversion: `v${event.version}`,
    correlationid: event.correlationId,
    causationid: event.causationId,
    traceparent: event.traceparent,
    sagacorrelationid: saga?.correlationId ?? null,
    sagatype: saga?.sagaType ?? null,
    sagastep: saga?.sagaStep ?? null,
    stepnumber: saga?.stepNumber ?? null,
  };
  const headers: Record<string, string | number | boolean> = { ...deprecationHeaders(event.type, `v${event.version}`) };
  for (const [name, value] of Object.entries(attributes)) if (value !== null) headers[`cloudEvents:${name}`] = value;
  if (skip) headers[skipMarkerHeader] = true;
  return { id: event.id, routingKey: event.type, body: Buffer.from(JSON.stringify(skip ? null : event.data)), headers };
}
