// What a dynamic list can ask of a contact: one condition a rule. Only what the stored rows can answer: what is sealed can't be searched.
import { z } from 'zod';
import { at, id, label } from '../kernel/fields.ts';

/** What a condition is about. */
export const filterTypes = ['attribute', 'tag', 'pipeline_status', 'event', 'interaction', 'custom_field'] as const;

const days = z.number().int().min(1).max(3650);
const amount = z.number().int().min(0).max(1_000_000);
const nothing = z.null().default(null);
const is = <const Name extends (typeof filterTypes)[number]>(filterType: Name) => ({
  filterType: z.literal(filterType),
});

/** Conditions over the contact's own fields; times in days count back from the moment of the recalculation. */
const attribute = z.union([
  z.object({
    ...is('attribute'),
    field: z.enum(['language', 'timezone', 'sourceChannel', 'channelId']),
    operator: z.enum(['equals', 'not_equals']),
    value: label,
  }),
  z.object({
    ...is('attribute'),
    field: z.enum(['language', 'timezone', 'sourceChannel', 'channelId', 'phone', 'email', 'lastInteractionAt']),
    operator: z.enum(['is_set', 'is_not_set']),
    value: nothing,
  }),
  z.object({
    ...is('attribute'),
    field: z.literal('phoneVerified'),
    operator: z.literal('equals'),
    value: z.boolean(),
  }),
  z.object({
    ...is('attribute'),
    field: z.literal('interactionCount'),
    operator: z.enum(['equals', 'at_least', 'at_most']),
    value: amount,
  }),
  z.object({
    ...is('attribute'),
    field: z.enum(['createdAt', 'lastInteractionAt']),
    operator: z.enum(['before', 'after']),
    value: at,
  }),
  z.object({
    ...is('attribute'),
    field: z.enum(['createdAt', 'lastInteractionAt']),
    operator: z.enum(['within_days', 'not_within_days']),
    value: days,
  }),
]);

const tag = z.object({
  ...is('tag'),
  field: z.literal('tags'),
  operator: z.enum(['has', 'has_not']),
  value: label,
});

/** `field` is the pipeline's id, `value` the status's. */
const pipelineStatus = z.union([
  z.object({ ...is('pipeline_status'), field: id, operator: z.enum(['equals', 'not_equals']), value: id }),
  z.object({ ...is('pipeline_status'), field: id, operator: z.enum(['is_set', 'is_not_set']), value: nothing }),
]);

/** `field` is the type of an event that shows in the timeline; `value` limits it to the last days, null: ever. */
const occurrence = z.object({
  ...is('event'),
  field: label,
  operator: z.enum(['occurred', 'not_occurred']),
  value: days.nullable().default(null),
});

/** How many messages a contact wrote, how many sessions there were. */
const interaction = z.object({
  ...is('interaction'),
  field: z.enum(['messages', 'sessions']),
  operator: z.enum(['at_least', 'at_most']),
  value: amount,
});

/** `field` is the custom field's key. Its values are stored sealed: they can be found where they are equal, and not be compared. */
const customField = z.union([
  z.object({
    ...is('custom_field'),
    field: label,
    operator: z.enum(['equals', 'not_equals']),
    value: z.union([label, z.number(), z.boolean()]),
  }),
  z.object({ ...is('custom_field'), field: label, operator: z.enum(['is_set', 'is_not_set']), value: nothing }),
]);

/** A condition that can be answered. */
export const condition = z.union([attribute, tag, pipelineStatus, occurrence, interaction, customField]);
/** A condition that can be answered. */
export type Condition = z.infer<typeof condition>;

/** What is asked for, before it is known whether it can be answered. */
const askedCondition = z.object({
  filterType: z.enum(filterTypes),
  field: label,
  operator: label,
  value: z.union([z.string().max(200), z.number(), z.boolean(), z.null()]).default(null),
});
/** What a person may write: a condition that can be answered, or one that is refused by a rule that says why. */
export const anyCondition = z.union([condition, askedCondition]);
/** What is asked for, before it is known whether it can be answered. */
export type AskedCondition = z.infer<typeof anyCondition>;

/** A condition of a list, by its id. */
export type FilterRule = Condition & { readonly ruleId: string };

const sealed = ['name', 'phone', 'email', 'externalIds', 'profilePictureUrl'];

/** The condition, or the rule it breaks and what to change. */
export function readCondition(asked: AskedCondition): Condition | { readonly rule: string; readonly message: string } {
  const read = condition.safeParse(asked);
  if (read.success) return read.data;
  if (asked.filterType === 'custom_field')
    return {
      rule: 'field_is_sealed',
      message:
        'Custom fields are personal and stored sealed: a list can ask whether a value is there (is_set, is_not_set) or is the same (equals, not_equals).',
    };
  if (asked.filterType === 'attribute' && sealed.includes(asked.field))
    return {
      rule: 'field_is_sealed',
      message: `${asked.field} is personal and stored sealed, so that no list can compare it: phone and email can only be is_set or is_not_set.`,
    };
  return {
    rule: 'filter_not_answerable',
    message: `A filter of type ${asked.filterType} can't ask this: check field, operator and value against the document of this route.`,
  };
}
