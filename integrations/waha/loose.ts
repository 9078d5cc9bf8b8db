// The words of which the gateway's loose schemas are made: what is absent, null or of another type reads as absent. Pure.
import { z } from 'zod';

/** `schema`, or undefined for anything that is not: one odd field must not lose a message. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** Text that a database can store: no NUL, no halves of surrogate pairs. */
export const text = z.string().transform(cleanText);

/** A list without those of its items that `schema` does not take: one odd item must not lose the others. */
export function listOf<T extends z.ZodType>(schema: T) {
  const parse = (item: unknown): z.infer<T>[] => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  };
  return z.array(z.unknown()).transform((items) => items.flatMap(parse));
}

/** A number; numbers sent as text are taken too. */
export const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  // JSON knows no minus zero once it was stored.
  .transform((value) => value + 0);

/** A name or id: not empty, not absurdly long, no control characters. */
export const identifier = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/** Removes what PostgreSQL text cannot hold. */
export function cleanText(value: string): string {
  return value.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** A plain object, or undefined. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The first of the members that is text and not empty. Engines spell one member differently: `ctwaClid`, `CtwaClid`. */
export function pickText(
  record: Readonly<Record<string, unknown>> | undefined,
  ...members: string[]
): string | undefined {
  for (const member of members) {
    const value = ownMember(record, member);
    const cleaned = typeof value === 'string' ? cleanText(value) : '';
    if (cleaned !== '') return cleaned;
  }
  return undefined;
}

/** A member that is a plain object. */
export function pickRecord(record: Readonly<Record<string, unknown>> | undefined, ...members: string[]) {
  for (const member of members) {
    const value = asRecord(ownMember(record, member));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A member that is a finite number, or such a number as text. */
export function pickNumber(
  record: Readonly<Record<string, unknown>> | undefined,
  ...members: string[]
): number | undefined {
  for (const member of members) {
    const value = number.safeParse(ownMember(record, member));
    if (value.success && Number.isFinite(value.data)) return value.data;
  }
  return undefined;
}

function ownMember(record: Readonly<Record<string, unknown>> | undefined, member: string): unknown {
  return record !== undefined && Object.hasOwn(record, member) ? record[member] : undefined;
}
