// A condition on a contact, as campaigns and sequences ask it before a step.
import { z } from 'zod';
import { givenId, label } from '../kernel/fields.ts';

/** One condition. `last_activity`: the contact was in touch within the last so many days, or was not. */
export const conditionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tag'), operator: z.enum(['has', 'has_not']), tag: label }),
  z.object({
    type: z.literal('custom_field'),
    field: label,
    operator: z.enum(['equals', 'not_equals', 'contains', 'greater_than', 'less_than', 'is_set', 'is_not_set']),
    /** Left out for is_set and is_not_set. */
    value: z.string().max(1000).optional(),
  }),
  z.object({
    type: z.literal('pipeline_status'),
    operator: z.enum(['is', 'is_not']),
    pipelineId: givenId,
    statusId: givenId,
  }),
  z.object({
    type: z.literal('last_activity'),
    operator: z.enum(['within', 'not_within']),
    days: z.number().int().min(1).max(3650),
  }),
]);
