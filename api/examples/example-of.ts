// An example of what a schema takes, made from it: every route's body and answer has one, and none can grow stale.
import { z } from '@hono/zod-openapi';
import { namesOfThings, usuallyNull, valuesOfFields } from './values.ts';

const someMoment = '2026-01-31T12:00:00.000Z';
/** For what has no value of its own; the first that fits is taken. */
const otherwise: readonly unknown[] = [
  ...['text', '2026-01-31', '12', 'pt-BR', 'UTC', 'a-longer-text-of-more-than-sixteen-letters', '#2f855a', 'USD'],
  ...['https://example.com', 'PT30M', 1, 0, 2, 10, 60, 100, 0.5, true],
];
const made = new WeakMap<z.ZodType, unknown>();

/** The example of a schema; `about` is the tag of its route. Throws for a schema that nothing here fits, naming it: put a value into values.ts. */
export function exampleOf(schema: z.ZodType, about: string): unknown {
  if (!made.has(schema)) made.set(schema, fitting(schema, valueFor(schema, '', about)));
  return made.get(schema);
}

/** Without the fields that do not go with the others. */
function fitting(schema: z.ZodType, value: unknown): unknown {
  const refused = schema.safeParse(value).error?.issues.map(({ path }) => path[0]) ?? [];
  if (refused.length === 0 || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !refused.includes(key)));
}

function valueFor(schema: z.ZodType, field: string, about: string): unknown {
  if (schema instanceof z.ZodNullable && usuallyNull.has(field)) return null;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return valueFor(schema.unwrap() as unknown as z.ZodType, field, about);
  if (schema instanceof z.ZodPipe) return valueFor(schema.in as unknown as z.ZodType, field, about);
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(
      Object.entries<z.ZodType>(schema.shape).map(([key, part]) => [key, valueFor(part, key, about)]),
    );
  if (schema instanceof z.ZodArray) return [valueFor(schema.element as unknown as z.ZodType, field, about)];
  if (schema instanceof z.ZodRecord)
    return { [keyOf(field)]: valueFor(schema.valueType as unknown as z.ZodType, keyOf(field), about) };
  if (schema instanceof z.ZodUnion) return valueFor(schema.options[0] as unknown as z.ZodType, field, about);
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  if (schema instanceof z.ZodUUID) return idOf(field === '' || field === 'id' ? about : field);
  if (schema instanceof z.ZodISODateTime) return someMoment;
  const known = valuesOfFields[`${about}.${field}`] ?? valuesOfFields[field] ?? [];
  const named = field === 'name' ? [namesOfThings[about], ...known] : known;
  const fits = [...named, ...otherwise].find((value) => schema.safeParse(value).success);
  if (fits === undefined) throw new Error(`No example fits ${about} ${field}: add one to api/examples/values.ts.`);
  return fits;
}

/** The same for the same name, and another for another: what is one thing in an example has one id. */
function idOf(name: string): string {
  const sum = [...name].reduce((sofar, letter) => (sofar * 31 + letter.charCodeAt(0)) % 0xffff, 7);
  return `0198c3f2-7c1b-7d3e-9a57-0c6e8b21${sum.toString(16).padStart(4, '0')}`;
}

const keyOf = (field: string): string =>
  field === 'headers' ? 'x-shop' : field === 'variables' ? 'greeting' : 'segment';
