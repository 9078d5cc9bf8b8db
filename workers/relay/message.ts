// An outbox row as a message: CloudEvents attributes as headers, the data's text as it stands in the row.
import { eventRow } from '../../domain/catalog.ts';
import { deprecationOf } from '../../domain/kernel/versions.ts';
import type { OutgoingMessage } from '../amqp/publisher.ts';
import type { PendingEvent } from './ports.ts';

/** What is said of a discarded event: its place in the sequence, nothing of its content. Ordered consumers move past it. */
export const skipMarkerHeader = 'skipmarker';

/** The product's name in events; `source` of CloudEvents. */
export const eventSource = 'messaging-sagas';

const metadataHeaders = {
  causation_id: 'causationid',
  traceparent: 'traceparent',
  correlation_id: 'sagacorrelationid',
  saga_type: 'sagatype',
  saga_step: 'sagastep',
  step_number: 'stepnumber',
} as const;

type Headers = Readonly<Record<string, string | boolean>>;
const deprecations = new Map<string, Headers>();

/** What says that an event is of a version nobody writes any more; nothing for the current one. Remembered, since each message asks. */
export function deprecationHeaders(type: string, version: string): Headers {
  const key = `${type} ${version}`;
  let headers = deprecations.get(key);
  if (headers === undefined) {
    const row = eventRow(type);
    const deprecation = row && deprecationOf(row, Number(version.slice(1)));
    headers = Object.fromEntries(
      Object.entries(deprecation ?? {}).map(([name, said]) => [`cloudEvents:${name}`, said]),
    );
    // Types and versions come out of the outbox: those of the catalogue alone are few.
    if (row) deprecations.set(key, headers);
  }
  return headers;
}

/** Makes the message. Throws when the metadata is not JSON. */
export function toMessage(event: PendingEvent): OutgoingMessage {
  const headers: Record<string, string | number | boolean> = {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': event.eventId,
    'cloudEvents:type': event.type,
    'cloudEvents:source': eventSource,
    'cloudEvents:subject': event.aggregateId,
    'cloudEvents:time': isoTime(event.createdAt),
    'cloudEvents:tenantid': event.tenantId,
    'cloudEvents:aggregatetype': event.aggregateType,
    'cloudEvents:aggregateid': event.aggregateId,
    'cloudEvents:sequence': event.sequence,
    'cloudEvents:eventversion': event.version,
    'cloudEvents:correlationid': event.correlationId,
    ...deprecationHeaders(event.type, event.version),
  };
  if (event.projectId !== null) headers['cloudEvents:projectid'] = event.projectId;
  if (event.skip) headers[skipMarkerHeader] = true;
  const metadata = JSON.parse(event.metadata) as Record<string, unknown>;
  for (const [key, header] of Object.entries(metadataHeaders)) {
    const value = metadata[key];
    if (typeof value === 'string' || typeof value === 'number') headers[`cloudEvents:${header}`] = value;
  }
  return {
    id: event.eventId,
    routingKey: event.type,
    body: Buffer.from(event.skip ? 'null' : event.data),
    headers,
  };
}

/** `2026-01-31 12:00:00.123+00` → `2026-01-31T12:00:00.123Z`; the session's time zone is UTC. */
export function isoTime(text: string): string {
  return text.replace(' ', 'T').replace(/\+00(:00)?$/, 'Z');
}
