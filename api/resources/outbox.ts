// The outbox: what waits, what was given up and why, redrive and discard; and the log of all events.
import { z } from '@hono/zod-openapi';
import {
  discardEvent,
  explainEvent,
  type FailedFilter,
  listFailed,
  outboxCounts,
  redriveEvents,
} from '../../db/outbox-admin.ts';
import { listOutboxEvents } from '../../db/queries/outbox-events.ts';
import { decodeCursor, toPage } from '../../db/queries/page.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { type Route, readRoute, writeRoute } from '../define-route.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import {
  countsSchema,
  explainedSchema,
  outboxEntrySchema,
  outboxEventSchema,
  outboxStatus,
} from '../schemas/outbox.ts';

const tag = 'outbox';
const type = z.string().min(1).max(200);
const time = z.iso.datetime({ offset: true });
const failedFilter = {
  type: type.optional(),
  aggregateId: uuid.optional(),
  reason: z.string().min(1).max(200).optional().openapi({ description: 'A part of the last error.' }),
  createdBefore: time.optional(),
};
const redriven = z.object({ count: z.number().int(), dryRun: z.boolean() }).openapi('RedrivenEvents');

/** Without the fields that were left out. */
const filterOf = (tenantId: string, given: { readonly [Key in keyof FailedFilter]: FailedFilter[Key] | undefined }) =>
  Object.fromEntries(Object.entries({ ...given, tenantId }).filter(([, value]) => value !== undefined)) as FailedFilter;

const logRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/outbox/events',
    scope: 'read',
    operationId: 'listEvents',
    tag,
    summary: 'Reads the log of all events, in the order in which they were written',
    query: pageQuery.extend({
      type: type.optional(),
      aggregateId: uuid.optional(),
      correlationId: uuid.optional(),
      from: time.optional(),
      to: time.optional(),
      status: outboxStatus.optional(),
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    answer: { description: 'A page.', schema: pageOf(outboxEventSchema, 'OutboxEvent') },
    handle: async ({ query: { limit, cursor, order, ...filter } }, { read, deps }) => ({
      body: await read((tx) => listOutboxEvents(tx, deps.database.keysOf, filter, { limit, cursor }, order)),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/outbox/counts',
    scope: 'read',
    operationId: 'countOutbox',
    tag,
    summary: 'Counts the events that wait for the relay and those it gave up',
    answer: { description: 'The counts.', schema: countsSchema },
    handle: async (_request, { read, caller }) => ({ body: await read((tx) => outboxCounts(tx, caller.tenantId)) }),
  }),
];

export const outboxRoutes: readonly Route[] = [
  ...logRoutes,
  readRoute({
    method: 'get',
    path: '/v1/outbox/failed',
    scope: 'read',
    operationId: 'listFailedEvents',
    tag,
    summary: 'Lists the events that the relay gave up, each with its last error',
    query: pageQuery.extend(failedFilter),
    answer: { description: 'A page.', schema: pageOf(outboxEntrySchema, 'OutboxEntry') },
    handle: async ({ query: { limit, cursor, ...filter } }, { read, caller }) => {
      const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, ['number'])[0]);
      const page = { after, limit: limit + 1 };
      const rows = await read((tx) => listFailed(tx, filterOf(caller.tenantId, filter), page));
      return { body: toPage(rows, limit, ({ position }) => [position]) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/outbox/events/{id}',
    scope: 'read',
    operationId: 'explainEvent',
    tag,
    summary: 'Says why an event is where it is: sent, waiting, held back, given up',
    params: idParams,
    answer: { description: 'The event without its data.', schema: explainedSchema },
    handle: async ({ params }, { read }) => ({ body: await read((tx) => explainEvent(tx, params.id)) }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/outbox/redrive',
    scope: 'operate',
    operationId: 'redriveEvents',
    tag,
    summary: 'Gives given-up events all their tries again; `dryRun` only counts them',
    body: z.strictObject({ ...failedFilter, dryRun: z.boolean().default(false) }),
    answer: { description: 'How many.', schema: redriven },
    handle: async ({ body: { dryRun, ...filter } }, { tx, caller, deps }) => {
      const count = await redriveEvents(tx, filterOf(caller.tenantId, filter), { dryRun });
      if (!dryRun) tx.onCommit(() => deps.database.bell.ring());
      return { body: { count, dryRun } };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/outbox/events/{id}/redrive',
    scope: 'operate',
    operationId: 'redriveEvent',
    tag,
    summary: 'Gives one given-up event all its tries again',
    params: idParams,
    answer: { description: 'The event.', schema: explainedSchema },
    handle: async ({ params }, { tx, caller, deps }) => {
      const before = await explainEvent(tx, params.id);
      const filter = { tenantId: caller.tenantId, eventId: params.id };
      if ((await redriveEvents(tx, filter, { dryRun: false })) === 0)
        throw violated('not_failed', `Only a given-up event can be redriven; this one is ${before.status}.`);
      tx.onCommit(() => deps.database.bell.ring());
      return { body: await explainEvent(tx, params.id) };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/outbox/events/{id}/discard',
    scope: 'operate',
    operationId: 'discardEvent',
    tag,
    summary: 'Gives a given-up event up for good; what it held back follows',
    params: idParams,
    body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
    answer: { description: 'The event.', schema: explainedSchema },
    handle: async ({ params, body }, { tx, deps }) => {
      await discardEvent(tx, params.id, body.note);
      tx.onCommit(() => deps.database.bell.ring());
      return { body: await explainEvent(tx, params.id) };
    },
  }),
];
