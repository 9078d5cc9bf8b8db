// What is asked of an event-sourced thing's past, and how what changed is told.
import { z } from '@hono/zod-openapi';
import { erased, moment, pageQuery, uuid } from './common.ts';

const pastMoment = z.iso
  .datetime({ offset: true, error: 'must be a moment, for example 2026-01-31T12:00:00.000Z' })
  .openapi({ example: '2026-01-31T12:00:00.000Z' });

/** What a read takes where the past can be read. */
export const asOfQuery = z.object({
  asOf: pastMoment.optional().openapi({ description: 'As it was at this moment; left out: as it is.' }),
});

/** Which changes. */
export const changesQuery = pageQuery.extend({
  from: pastMoment.optional().openapi({ description: 'Left out: from its beginning.' }),
  to: pastMoment.optional().openapi({ description: 'Left out: up to now.' }),
});

/** The difference between two moments. `name`: of the thing, in the document. */
export function changesSchema(name: string): z.ZodType {
  return z
    .object({
      from: moment.nullable(),
      to: moment,
      fromSequence: z.number().int().min(0).openapi({ description: '0: it did not exist yet.' }),
      toSequence: z.number().int().min(1),
      erased,
      fields: z
        .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
        .openapi({ description: 'Those that differ; `before` is null where it did not exist yet.' }),
      events: z
        .array(
          z.object({
            id: uuid,
            sequence: z.number().int(),
            type: z.string(),
            version: z.number().int(),
            data: z.record(z.string(), z.unknown()),
            occurredAt: moment,
            causationId: uuid,
            correlationId: uuid,
            erased,
          }),
        )
        .openapi({ description: 'Those in between, in their order, page by page.' }),
      nextCursor: z.string().nullable(),
    })
    .openapi(`${name}Changes`);
}
