// A message from the broker as an event: attributes from the headers, data from the body. Nothing is opened or validated beyond the envelope.
import type { ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { skipMarkerHeader } from '../relay/message.ts';
import type { DeliveredEvent } from './consumer.ts';
import { deadLetterHeaders, retryHeader } from './own-headers.ts';

/**
 * What a message holds. `skip`: the event was discarded; only its place counts. `redriven`: it comes back from the dead letters,
 * and has all its attempts again. `retried`: an earlier attempt of it failed.
 */
export type Delivery = {
  readonly event: DeliveredEvent;
  readonly skip: boolean;
  readonly redriven?: boolean;
  readonly retried?: boolean;
};

const text = z.string();
const headers = z.object({
  'cloudEvents:id': z.uuid(),
  'cloudEvents:type': text,
  'cloudEvents:source': text,
  'cloudEvents:time': text,
  'cloudEvents:tenantid': text.min(1),
  'cloudEvents:projectid': text.optional(),
  'cloudEvents:aggregatetype': text,
  'cloudEvents:aggregateid': text,
  'cloudEvents:sequence': z.number().int().positive(),
  'cloudEvents:eventversion': text.regex(/^v\d+$/),
  'cloudEvents:correlationid': text,
  'cloudEvents:causationid': text.optional(),
  'cloudEvents:traceparent': text.optional(),
  'cloudEvents:sagacorrelationid': text.optional(),
  'cloudEvents:sagatype': text.optional(),
  'cloudEvents:sagastep': text.optional(),
  'cloudEvents:stepnumber': z.number().int().optional(),
  [skipMarkerHeader]: z.boolean().optional(),
  [deadLetterHeaders.consumer]: z.string().optional(),
  [retryHeader]: z.boolean().optional(),
});
const body = z.record(z.string(), z.unknown()).nullable();

/** Reads a message. Throws a message for people when it is not one of our events: it can only be dead-lettered. */
export function parseDelivery({ properties, content }: ConsumeMessage): Delivery {
  const parsed = headers.safeParse(properties.headers ?? {});
  if (!parsed.success)
    throw new Error(
      `not one of our events: header ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')} is missing or wrong`,
    );
  const head = parsed.data;
  const data = body.safeParse(parseJson(content));
  if (!data.success) throw new Error('not one of our events: its body is not a JSON object');
  const saga =
    head['cloudEvents:sagatype'] === undefined
      ? null
      : {
          correlationId: head['cloudEvents:sagacorrelationid'] ?? head['cloudEvents:correlationid'],
          sagaType: head['cloudEvents:sagatype'],
          sagaStep: head['cloudEvents:sagastep'] ?? '',
          stepNumber: head['cloudEvents:stepnumber'] ?? 0,
        };
  return {
    skip: head[skipMarkerHeader] === true,
    ...(head[deadLetterHeaders.consumer] !== undefined && { redriven: true }),
    ...(head[retryHeader] === true && { retried: true }),
    event: {
      id: head['cloudEvents:id'],
      type: head['cloudEvents:type'],
      version: Number(head['cloudEvents:eventversion'].slice(1)),
      source: head['cloudEvents:source'],
      time: head['cloudEvents:time'],
      tenantId: head['cloudEvents:tenantid'],
      projectId: head['cloudEvents:projectid'] ?? null,
      aggregateType: head['cloudEvents:aggregatetype'],
      aggregateId: head['cloudEvents:aggregateid'],
      sequence: head['cloudEvents:sequence'],
      correlationId: head['cloudEvents:correlationid'],
      causationId: head['cloudEvents:causationid'] ?? head['cloudEvents:id'],
      traceparent: head['cloudEvents:traceparent'] ?? null,
      saga,
      data: data.data ?? {},
    },
  };
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
