// Conditions on facts: a field, an operator, a value. Each gives its outcome with what was found, so that it can be told why a rule did not fire.
import { z } from 'zod';

/** What is known of fields. Personal ones are compared and never shown or kept. `any`: what a custom field holds is known where it is looked at. */
type FieldFacts = { readonly kind: 'text' | 'number' | 'list' | 'any'; readonly personal?: true };

/** The fields that conditions can ask for. */
export const factFields = {
  'contact.name': { kind: 'text', personal: true },
  'contact.phone': { kind: 'text', personal: true },
  'contact.email': { kind: 'text', personal: true },
  'contact.tags': { kind: 'list' },
  'contact.language': { kind: 'text' },
  'contact.timezone': { kind: 'text' },
  'contact.sourceChannel': { kind: 'text' },
  'contact.interactionCount': { kind: 'number' },
  'contact.pipelineStatusId': { kind: 'text' },
  'session.status': { kind: 'text' },
  'session.endReason': { kind: 'text' },
  'session.agentId': { kind: 'text' },
  'session.messageCount': { kind: 'number' },
  'session.contactMessageCount': { kind: 'number' },
  'session.ownMessageCount': { kind: 'number' },
  'session.sentiment': { kind: 'text' },
  'message.text': { kind: 'text', personal: true },
  'message.type': { kind: 'text' },
  'message.source': { kind: 'text' },
  'channel.id': { kind: 'text' },
  'channel.type': { kind: 'text' },
} as const satisfies Record<string, FieldFacts>;

/** A custom field of the contact: `contact.custom.plan`. */
const customField = z.string().regex(/^contact\.custom\.[A-Za-z][A-Za-z0-9_-]{0,99}$/);
const ofCustomField: FieldFacts = { kind: 'any', personal: true };
const factsOf = (field: string): FieldFacts =>
  Object.hasOwn(factFields, field) ? factFields[field as keyof typeof factFields] : ofCustomField;

/** A field that conditions can ask for. */
export type FactField = keyof typeof factFields | `contact.custom.${string}`;
/** What is known of the moment; what is not known is absent or null. */
export type Facts = { readonly [Field in FactField]?: string | number | readonly string[] | null | undefined };

const fields = Object.keys(factFields) as [keyof typeof factFields, ...(keyof typeof factFields)[]];
const operatorsOf = {
  text: ['equals', 'not_equals', 'contains', 'not_contains', 'starts_with', 'in', 'not_in', 'exists', 'not_exists'],
  number: ['equals', 'not_equals', 'greater_than', 'at_least', 'less_than', 'at_most', 'exists', 'not_exists'],
  list: ['contains', 'not_contains', 'exists', 'not_exists'],
} as const;
const operators = [...new Set(Object.values(operatorsOf).flat())];
const allowedOf = (kind: FieldFacts['kind']): readonly string[] => (kind === 'any' ? operators : operatorsOf[kind]);

const text = z.string().min(1).max(1000);

/** A condition: the value's type goes with the field and the operator. */
export const condition = z
  .strictObject({
    field: z.union([z.enum(fields), customField]),
    operator: z.enum(operators),
    value: z.union([text, z.number(), z.array(text).min(1).max(50)]).optional(),
  })
  .superRefine(({ field, operator, value }, context) => {
    const { kind } = factsOf(field);
    const allowed = allowedOf(kind);
    if (!allowed.includes(operator))
      context.addIssue({
        code: 'custom',
        path: ['operator'],
        message: `of ${field} must be one of ${allowed.join(', ')}`,
      });
    else if (!fits(kind, operator, value))
      context.addIssue({ code: 'custom', path: ['value'], message: `must be ${wantedValue(kind, operator)}` });
  });

/** A condition. */
export type Condition = z.infer<typeof condition>;

function wantedValue(kind: FieldFacts['kind'], operator: string): string {
  if (operator === 'exists' || operator === 'not_exists') return 'left out';
  if (operator === 'in' || operator === 'not_in') return 'a list of texts';
  const isCompared = (operatorsOf.number as readonly string[]).includes(operator);
  if (kind === 'any' && isCompared)
    return operator === 'equals' || operator === 'not_equals' ? 'a text or a number' : 'a number';
  return kind === 'number' ? 'a number' : 'a text';
}

function fits(kind: FieldFacts['kind'], operator: string, value: Condition['value']): boolean {
  switch (wantedValue(kind, operator)) {
    case 'left out':
      return value === undefined;
    case 'a list of texts':
      return Array.isArray(value);
    case 'a number':
      return typeof value === 'number';
    case 'a text or a number':
      return typeof value === 'number' || typeof value === 'string';
    default:
      return typeof value === 'string';
  }
}

/** What came of a condition. `actual` is what was found; null: nothing. Of a personal field neither that nor what was asked for: met, it would tell the same. */
export type ConditionOutcome = Condition & {
  readonly met: boolean;
  readonly actual?: string | number | readonly string[] | null;
};

/** Looks whether a condition is met. Texts are compared whatever their case; what is absent equals nothing. */
export function evaluateCondition(condition: Condition, facts: Facts): ConditionOutcome {
  const { field, operator, value } = condition;
  const actual = facts[field as FactField] ?? null;
  const met = isMet(operator, actual, value);
  return factsOf(field).personal ? { field, operator, met } : { ...condition, met, actual };
}

const plain = (value: unknown): string => String(value).normalize('NFC').toLowerCase();

function isMet(operator: Condition['operator'], actual: Facts[FactField], value: Condition['value']): boolean {
  const isThere =
    actual !== null && actual !== undefined && actual !== '' && !(Array.isArray(actual) && actual.length === 0);
  const equals = (wanted: unknown): boolean => isThere && plain(actual) === plain(wanted);
  const contains = (): boolean =>
    Array.isArray(actual)
      ? actual.some((one) => plain(one) === plain(value))
      : isThere && plain(actual).includes(plain(value));
  const isIn = (): boolean => Array.isArray(value) && value.some(equals);
  const compared = (): number =>
    typeof actual === 'number' && typeof value === 'number' ? actual - value : Number.NaN;
  switch (operator) {
    case 'equals':
      return equals(value);
    case 'not_equals':
      return !equals(value);
    case 'contains':
      return contains();
    case 'not_contains':
      return !contains();
    case 'starts_with':
      return isThere && plain(actual).startsWith(plain(value));
    case 'in':
      return isIn();
    case 'not_in':
      return !isIn();
    case 'exists':
      return isThere;
    case 'not_exists':
      return !isThere;
    case 'greater_than':
      return compared() > 0;
    case 'at_least':
      return compared() >= 0;
    case 'less_than':
      return compared() < 0;
    case 'at_most':
      return compared() <= 0;
  }
}
