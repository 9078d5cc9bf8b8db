// The outbox: what waits, what was given up and why, and the log of all events.
import { z } from '@hono/zod-openapi';
import { countOutbox, listOutboxEvents, outboxStatuses } from '../../db/queries/outbox-events.ts';
import { type Route, readRoute } from '../define-route.ts';
import { erased, moment, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const tag = 'outbox';
const status = z.enum(outboxStatuses);
const outboxEvent = z
  .object({
    id: uuid,
    type: z.string(),
    version: z.string(),
    aggregateType: z.string(),
    aggregateId: uuid,
    sequence: z.number().int(),
    correlationId: uuid,
    causationId: z.string().nullable().openapi({ description: 'The request, event or step that caused it.' }),
    saga: z
      .object({ correlationId: uuid, sagaType: z.string(), sagaStep: z.string(), stepNumber: z.number().int() })
      .nullable(),
    data: z.record(z.string(), z.unknown()),
    status,
    retryCount: z.number().int(),
    lastError: z.string().nullable(),
    createdAt: moment,
    processedAt: moment.nullable(),
    erased,
  })
  .openapi('OutboxEvent');
const counts = z
  .object({
    pending: z.number().int(),
    failed: z.number().int(),
    discarded: z.number().int(),
    oldestPendingAt: moment.nullable(),
  })
  .openapi('OutboxCounts');
const filters = {
  type: z.string().min(1).max(200).optional(),
  aggregateId: uuid.optional(),
  correlationId: uuid.optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
};

export const outboxRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/outbox/counts',
    scope: 'read',
    operationId: 'countOutbox',
    tag,
    summary: 'Counts the events that wait for the relay and those it gave up',
    answer: { description: 'The counts.', schema: counts },
    handle: async (_request, { read }) => ({ body: await read(countOutbox) }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/outbox/failed',
    scope: 'read',
    operationId: 'listFailedEvents',
    tag,
    summary: 'Lists the events that the relay gave up, each with its last error',
    query: pageQuery.extend(filters),
    answer: { description: 'A page.', schema: pageOf(outboxEvent, 'OutboxEvent') },
    handle: async ({ query: { limit, cursor, ...filter } }, { read, deps }) => ({
      body: await read((tx) =>
        listOutboxEvents(tx, deps.database.keysOf, { ...filter, status: 'failed' }, { limit, cursor }, 'asc'),
      ),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/outbox/events',
    scope: 'read',
    operationId: 'listEvents',
    tag,
    summary: 'Reads the log of all events, in the order in which they were written',
    query: pageQuery.extend({ ...filters, status: status.optional(), order: z.enum(['asc', 'desc']).default('asc') }),
    answer: { description: 'A page.', schema: pageOf(outboxEvent, 'OutboxEvent') },
    handle: async ({ query: { limit, cursor, order, ...filter } }, { read, deps }) => ({
      body: await read((tx) => listOutboxEvents(tx, deps.database.keysOf, filter, { limit, cursor }, order)),
    }),
  }),
];
