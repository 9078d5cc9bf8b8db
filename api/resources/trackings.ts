// Trackings: where contacts came from, an advert for instance.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { trackings } from '../../db/schema/trackings.ts';
import { found, type Route, readRoute } from '../define-route.ts';
import { idParams, moment, pageOf, pageQuery, sequence, uuid } from '../schemas/common.ts';

const { store } = aggregates.tracking;
const tag = 'trackings';
const tracking = z
  .object({
    id: uuid,
    projectId: uuid,
    contactId: uuid,
    sessionId: uuid.nullable(),
    source: z.string(),
    platform: z.string(),
    fields: z.record(z.string(), z.unknown()),
    createdAt: moment,
    sequence,
  })
  .openapi('Tracking');

export const trackingRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/trackings',
    scope: 'read',
    operationId: 'listTrackings',
    tag,
    summary: 'Lists trackings, newest first',
    query: pageQuery.extend({ contactId: uuid.optional(), source: z.string().min(1).max(200).optional() }),
    answer: { description: 'A page.', schema: pageOf(tracking, 'Tracking') },
    handle: async ({ query }, { read, deps }) => {
      const condition = and(equal(trackings.contactId, query.contactId), equal(trackings.source, query.source));
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, store, condition, page)) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/trackings/{id}',
    scope: 'read',
    operationId: 'readTracking',
    tag,
    summary: 'Reads a tracking',
    params: idParams,
    versioned: true,
    answer: { description: 'The tracking.', schema: tracking },
    handle: async ({ params }, { read, deps }) => {
      const view = found(await read((tx) => readOne(tx, deps.database.keysOf, store, params.id)), 'tracking');
      return { body: view, sequence: view.sequence };
    },
  }),
];
