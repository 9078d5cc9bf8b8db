// The events of a contact list. That a contact is in it or is no longer is told by contact-list-member.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id, json, label, tenantId } from '../kernel/fields.ts';
import { filterTypes } from './filter-rule.ts';

/** How the rules of a dynamic list go together. */
export const logicalOperators = ['AND', 'OR'] as const;
/** What a list is for, in words. */
export const listDescription = z.string().max(1000);

const listId = id;
const someList = '018f5a10-0000-7000-8000-00000000000f';
const someRule = '018f5a10-0000-7000-8000-000000000010';

export const contactListEvents = defineEvents('contact_list', {
  'contact_list.created': event({
    version: 1,
    summary: 'A contact list was made: static (people choose who is in it) or dynamic (filter rules do).',
    data: z.object({
      listId,
      projectId: id,
      tenantId,
      name: label,
      isStatic: z.boolean(),
      description: listDescription.optional(),
      logicalOperator: z.enum(logicalOperators).optional(),
    }),
    webhooks: ['contact_list.created'],
    example: {
      listId: someList,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      name: 'Customers in Brazil',
      isStatic: false,
    },
  }),
  'contact_list.updated': event({
    version: 1,
    summary: 'Fields of a contact list were changed.',
    data: z.object({ listId, changes: z.array(z.string()) }),
    webhooks: ['contact_list.updated'],
    example: { listId: someList, changes: ['name'] },
  }),
  'contact_list.deleted': event({
    version: 1,
    summary: 'A contact list was deleted; its contacts stay.',
    data: z.object({ listId }),
    webhooks: ['contact_list.deleted'],
    example: { listId: someList },
  }),
  'contact_list.filter_rule_added': event({
    version: 1,
    summary: 'A dynamic list got a further rule; it holds from the next recalculation on.',
    data: z.object({
      listId,
      ruleId: id,
      filterType: z.enum(filterTypes),
      field: label,
      operator: label,
      value: json,
    }),
    webhooks: ['contact_list.filter_rule_added'],
    example: { listId: someList, ruleId: someRule, filterType: 'tag', field: 'tags', operator: 'has', value: 'vip' },
  }),
  'contact_list.filter_rule_removed': event({
    version: 1,
    summary: 'A rule was taken out of a dynamic list.',
    data: z.object({ listId, ruleId: id }),
    webhooks: ['contact_list.filter_rule_removed'],
    example: { listId: someList, ruleId: someRule },
  }),
  'contact_list.filter_rules_cleared': event({
    version: 1,
    summary: 'All rules were taken out of a dynamic list: no contact fits it any more.',
    data: z.object({ listId }),
    webhooks: ['contact_list.filter_rules_cleared'],
    example: { listId: someList },
  }),
  'contact_list.recalculated': event({
    version: 1,
    summary: 'The contacts of a dynamic list are those that fit its rules again.',
    data: z.object({
      listId,
      contactCount: count,
      addedCount: count,
      removedCount: count,
      recalculatedAt: at,
    }),
    webhooks: ['contact_list.recalculated'],
    example: {
      listId: someList,
      contactCount: 120,
      addedCount: 7,
      removedCount: 2,
      recalculatedAt: '2026-01-31T12:00:00.000Z',
    },
  }),
});

/** Any event of a contact list. */
export type ContactListEvent = EventsOf<typeof contactListEvents>;
