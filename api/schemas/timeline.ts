// An entry of the timeline as it is read.
import { z } from '@hono/zod-openapi';
import { erased, moment, uuid } from './common.ts';

/** The kinds of entries. */
export const timelineCategories = [
  'lifecycle',
  'profile',
  'tags',
  'engagement',
  'pipeline',
  'tracking',
  'enrichment',
  'message',
  'session',
  'note',
  'campaign',
] as const;

/** An entry; its event's data in the open. */
export const timelineEntrySchema = z
  .object({
    id: uuid,
    eventId: uuid,
    eventType: z.string(),
    category: z.enum(timelineCategories),
    title: z.string(),
    priority: z.enum(['low', 'normal', 'high']),
    visibleToClient: z.boolean(),
    visibleToAgent: z.boolean(),
    aggregateType: z.string(),
    aggregateId: z.string(),
    data: z.record(z.string(), z.unknown()),
    occurredAt: moment,
    erased,
  })
  .openapi('TimelineEntry');
