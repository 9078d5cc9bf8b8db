// Whether a value is one of a custom field: what to change is said where it is not.
import { z } from 'zod';
import type { CustomField } from './custom-field.ts';

const date = z.iso.date();

/** What is wrong with the value; undefined: nothing. */
export function misfitOf({ type, options }: Pick<CustomField, 'type' | 'options'>, value: unknown): string | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? undefined : 'must be a text';
    case 'number':
      return typeof value === 'number' ? undefined : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'date':
      return date.safeParse(value).success ? undefined : 'must be a date, for example 2026-01-31';
    case 'select':
      return options?.includes(String(value)) && typeof value === 'string'
        ? undefined
        : `must be one of ${(options ?? []).join(', ')}`;
  }
}
