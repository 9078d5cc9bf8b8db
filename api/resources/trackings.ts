// Trackings: where contacts came from, an advert for instance.
import { z } from '@hono/zod-openapi';
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { trackings } from '../../db/schema/trackings.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { moment, sequence, uuid } from '../schemas/common.ts';

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

const { list, read } = resource({
  definition: aggregates.tracking,
  name: 'tracking',
  schemaName: 'Tracking',
  path: '/v1/trackings',
  tag: 'trackings',
  schema: tracking,
});

export const trackingRoutes: readonly Route[] = [
  list({ contactId: uuid.optional(), source: z.string().min(1).max(200).optional() }, (query) =>
    and(equal(trackings.contactId, query.contactId), equal(trackings.source, query.source)),
  ),
  read(),
];
