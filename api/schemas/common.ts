// The schemas that many routes share: ids, pages, problems.
import { z } from '@hono/zod-openapi';
import { errorTable } from '../../domain/kernel/errors.ts';

/** An id in a path or body: taken in any case, used in lower case. */
export const uuid = z.uuid('must be a UUID, for example 0198c3f2-7c1b-7d3e-9a57-0c6e8b21d79f').toLowerCase();
/** A moment in answers. */
export const moment = z.iso.datetime().openapi({ example: '2026-01-31T12:00:00.000Z' });
/** The id in the path of one thing. */
export const idParams = z.object({ id: uuid });

/** Yes or no in a query. */
export const flag = z.enum(['true', 'false']);

/** What every list takes. */
export const pageQuery = z.object({
  limit: z.coerce.number('must be a number').int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
});

/** A page of things. */
export function pageOf(item: z.ZodType, name: string): z.ZodType {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).openapi(`${name}Page`);
}

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(errorTable) as [string, ...string[]]),
    requestId: z.string(),
    rule: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', {
    example: {
      type: 'urn:problem:validation_failed',
      title: 'The request is not valid',
      status: 400,
      detail: 'The body is not valid: see errors for what to change.',
      code: 'validation_failed',
      requestId: '0198c3f2-7c1b-7d3e-9a57-0c6e8b21d79f',
      errors: [{ path: 'body.name', message: 'Invalid input: expected string, received undefined' }],
    },
  });

/** Said of things whose personal fields can be destroyed. */
export const erased = z.boolean().openapi({ description: 'The person was erased: personal fields are null for ever.' });
/** Counts the changes of one thing; its ETag. */
export const sequence = z.number().int().min(0).openapi({ description: 'Counts the changes; the same as the ETag.' });
