// Whether a condition on a contact holds. Pure: the contact and the moment are given.
import type { z } from 'zod';
import type { conditionSchema } from './condition.ts';

/** A condition. */
export type Condition = z.infer<typeof conditionSchema>;

/** What conditions ask of a contact. Times are ISO 8601. */
export type Asked = {
  readonly tags: readonly string[];
  readonly customFields: Readonly<Record<string, string | number | boolean>> | null;
  readonly pipelines: readonly { readonly pipelineId: string; readonly statusId: string }[];
  readonly lastInteractionAt: string | null;
};

type OfField = Extract<Condition, { type: 'custom_field' }>;
const dayMs = 24 * 3_600_000;

/** Whether it holds at `nowMs`. What is not known of a contact is unlike any value, and greater or less than none. */
export function holds(condition: Condition, of: Asked, nowMs: number): boolean {
  switch (condition.type) {
    case 'tag':
      return of.tags.includes(condition.tag) === (condition.operator === 'has');
    case 'custom_field':
      return fieldHolds(condition, of);
    case 'pipeline_status': {
      const { pipelineId, statusId } = condition;
      const isThere = of.pipelines.some((place) => place.pipelineId === pipelineId && place.statusId === statusId);
      return isThere === (condition.operator === 'is');
    }
    case 'last_activity': {
      const isRecent =
        of.lastInteractionAt !== null && nowMs - Date.parse(of.lastInteractionAt) <= condition.days * dayMs;
      return isRecent === (condition.operator === 'within');
    }
  }
}

function fieldHolds({ field, operator, value = '' }: OfField, { customFields }: Asked): boolean {
  const known = customFields !== null && Object.hasOwn(customFields, field) ? customFields[field] : undefined;
  const isSet = known !== undefined && known !== '';
  switch (operator) {
    case 'is_set':
      return isSet;
    case 'is_not_set':
      return !isSet;
    case 'equals':
      return isSet && isSame(String(known), value);
    case 'not_equals':
      return !isSet || !isSame(String(known), value);
    case 'contains':
      return isSet && String(known).toLowerCase().includes(value.toLowerCase());
    case 'greater_than':
      return isSet && compare(String(known), value) > 0;
    case 'less_than':
      return isSet && compare(String(known), value) < 0;
  }
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** Numbers by their size, anything else by its letters: dates as they are stored come right. */
function compare(one: string, other: string): number {
  if (isNumber(one) && isNumber(other)) return Number(one) - Number(other);
  return one === other ? 0 : one < other ? -1 : 1;
}
