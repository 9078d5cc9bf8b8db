// Contact lists as they are read.
import { z } from '@hono/zod-openapi';
import { logicalOperators } from '../../domain/contact-list/events.ts';
import { filterTypes } from '../../domain/contact-list/filter-rule.ts';
import { erased, moment, sequence, uuid } from './common.ts';

const filterRule = z.object({
  ruleId: uuid,
  filterType: z.enum(filterTypes),
  field: z.string(),
  operator: z.string(),
  value: z.unknown(),
});
const count = z.number().int().min(0);

/** A contact list. */
export const contactListSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string(),
    description: z.string().nullable(),
    isStatic: z.boolean(),
    logicalOperator: z.enum(logicalOperators),
    filterRules: z.array(filterRule),
    lastRecalculation: z
      .object({ recalculatedAt: moment, contactCount: count, addedCount: count, removedCount: count })
      .nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('ContactList');

/** How many are in a list. */
export const contactCountSchema = z.object({ contactCount: count }).openapi('ContactListCount');

/** What one page of a recalculation did. */
export const recalculationSchema = z
  .object({
    complete: z.boolean().openapi({ description: 'false: more contacts are to come or go; call again.' }),
    addedCount: count,
    removedCount: count,
  })
  .openapi('ContactListRecalculation');
