// An entry of the timeline as it is read.
import { z } from '@hono/zod-openapi';
import { timelineCategories } from '../../domain/kernel/define-events.ts';
import { erased, moment, uuid } from './common.ts';

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
