// Events as they are shown: of the log with their data, and as an operator sees those that were given up.
import { z } from '@hono/zod-openapi';
import { outboxStatuses } from '../../db/schema/outbox.ts';
import { erased, moment, uuid } from './common.ts';

/** What `status` of an event can be. */
export const outboxStatus = z.enum(outboxStatuses);

const sagaOfEvent = z.object({
  correlationId: uuid,
  sagaType: z.string(),
  sagaStep: z.string(),
  stepNumber: z.number().int(),
});

/** One event of the log. */
export const outboxEventSchema = z
  .object({
    id: uuid,
    type: z.string(),
    version: z.string(),
    aggregateType: z.string(),
    aggregateId: uuid,
    sequence: z.number().int(),
    correlationId: uuid,
    causationId: z.string().nullable().openapi({ description: 'The request, event or step that caused it.' }),
    saga: sagaOfEvent.nullable(),
    data: z.record(z.string(), z.unknown()),
    status: outboxStatus,
    retryCount: z.number().int(),
    lastError: z.string().nullable(),
    createdAt: moment,
    processedAt: moment.nullable(),
    erased,
  })
  .openapi('OutboxEvent');

const entry = {
  eventId: uuid,
  type: z.string(),
  aggregateType: z.string(),
  aggregateId: uuid,
  sequence: z.number().int(),
  status: outboxStatus,
  tries: z.number().int(),
  lastError: z.string().nullable(),
  lastTryAt: moment.nullable(),
  nextTryAt: moment.nullable(),
  correlationId: uuid,
  createdAt: moment,
  processedAt: moment.nullable(),
  discardNote: z.string().nullable(),
};

/** An event that the relay gave up, without its data. */
export const outboxEntrySchema = z.object(entry).openapi('OutboxEntry');

/** Why an event is where it is. */
export const explainedSchema = z
  .object({
    ...entry,
    explanation: z.string(),
    heldBack: z.number().int().openapi({ description: 'Later events of its aggregate that wait for it.' }),
  })
  .openapi('ExplainedEvent');

/** How many there are. */
export const countsSchema = z
  .object({
    pending: z.number().int().openapi({ description: 'Not sent yet, those of waiting and discarding included.' }),
    waiting: z.number().int().openapi({ description: 'Between two tries.' }),
    discarding: z.number().int(),
    failed: z.number().int().openapi({ description: 'Given up: redrive or discard them.' }),
    discarded: z.number().int(),
    oldestPendingAt: moment.nullable(),
  })
  .openapi('OutboxCounts');
