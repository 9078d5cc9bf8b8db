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

/** A recalculation that was asked for. */
export const listRunStartedSchema = z
  .object({
    id: uuid.openapi({ description: 'Also the correlation id of its saga.' }),
    links: z.record(z.string(), z.string()),
  })
  .openapi('ContactListRunStarted');

/** A recalculation of a whole list. */
export const listRunSchema = z
  .object({
    id: uuid,
    requestedAt: moment,
    toChange: count
      .nullable()
      .openapi({ description: 'How many contacts were to come or go as it began; null: it has not.' }),
    changed: count,
    endedAt: moment.nullable(),
    outcome: z
      .string()
      .nullable()
      .openapi({ description: '`completed`, or why not: then all was taken back. Null: it is under way.' }),
  })
  .openapi('ContactListRun');
