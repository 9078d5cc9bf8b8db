// A contact's timeline: pages, and a live stream (server-sent events) that resumes where it was cut off.
import { z } from '@hono/zod-openapi';
import { isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { listTimeline, timelineOf } from '../../db/queries/timeline.ts';
import { contacts } from '../../db/schema/contacts.ts';
import type { Tx } from '../../db/transaction.ts';
import { timelineCategories } from '../../domain/kernel/define-events.ts';
import type { ApiDeps } from '../api-deps.ts';
import { found, type Route, readRoute, streamRoute } from '../define-route.ts';
import { idParams, pageOf, pageQuery } from '../schemas/common.ts';
import { timelineEntrySchema } from '../schemas/timeline.ts';
import { streamTimeline } from '../stream-timeline.ts';

const tag = 'timeline';
const requireContact = async (tx: Tx, deps: ApiDeps, id: string): Promise<void> => {
  const notDeleted = isNull(contacts.deletedAt);
  found(await readOne(tx, deps.database.keysOf, aggregates.contact.store, id, notDeleted), 'contact');
};

export const timelineRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/contacts/{id}/timeline',
    scope: 'read',
    operationId: 'listTimeline',
    tag,
    summary: "Lists a contact's timeline, with that of contacts merged into it, the latest first",
    params: idParams,
    query: pageQuery.extend({ category: z.enum(timelineCategories).optional() }),
    answer: { description: 'A page.', schema: pageOf(timelineEntrySchema, 'TimelineEntry') },
    handle: async ({ params, query }, { read, deps }) => ({
      body: await read(async (tx) => {
        await requireContact(tx, deps, params.id);
        const page = { limit: query.limit, cursor: query.cursor };
        return listTimeline(
          tx,
          deps.database.keysOf,
          await timelineOf(tx, params.id),
          { category: query.category },
          page,
        );
      }),
    }),
  }),
  streamRoute({
    method: 'get',
    path: '/v1/contacts/{id}/timeline/stream',
    scope: 'read',
    operationId: 'streamTimeline',
    tag,
    summary: "Streams a contact's timeline as it grows",
    description:
      'Server-sent events: first `ready`, then a `timeline` event for each new entry. Send the last `id` as `Last-Event-ID` to go on where it was cut off: nothing is passed over or repeated. A comment comes every 15 s.',
    params: idParams,
    answer: { description: 'The stream.', schema: z.string() },
    handle: async ({ params }, { read, deps }, c) => {
      const contactIds = await read(async (tx) => {
        await requireContact(tx, deps, params.id);
        return timelineOf(tx, params.id);
      });
      return streamTimeline(c, contactIds, read);
    },
  }),
];
