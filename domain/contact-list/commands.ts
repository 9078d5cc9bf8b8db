// What can be asked of a contact list: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { count, id, label, tenantId } from '../kernel/fields.ts';
import { listDescription, logicalOperators } from './events.ts';
import { anyCondition } from './filter-rule.ts';

export const contactListCommands = defineCommands({
  'contact_list.create': z.object({
    listId: id,
    projectId: id,
    tenantId,
    name: label,
    isStatic: z.boolean(),
    description: listDescription.optional(),
    logicalOperator: z.enum(logicalOperators).optional(),
  }),
  /** Changes the fields that are given; null takes the description away. */
  'contact_list.update': z.object({
    name: label.optional(),
    description: listDescription.nullable().optional(),
    logicalOperator: z.enum(logicalOperators).optional(),
  }),
  'contact_list.delete': z.object({}),
  'contact_list.add_filter_rule': z.object({ ruleId: id, condition: anyCondition }),
  'contact_list.remove_filter_rule': z.object({ ruleId: id }),
  'contact_list.clear_filter_rules': z.object({}),
  /** Notes that the list's contacts are those that fit: how many there are, and how many came and went since the last time. */
  'contact_list.complete_recalculation': z.object({ contactCount: count, addedCount: count, removedCount: count }),
});

/** Any command of a contact list. */
export type ContactListCommand = CommandsOf<typeof contactListCommands>;
