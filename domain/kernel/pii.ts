// Marks personal fields inside a schema, so that sealing, redaction and the canary tests all derive from one place.
import type { z } from 'zod';

const marked = new WeakSet<object>();

/** Marks a schema as personal data: its value is sealed as a whole wherever it is stored or sent. Returns a marked copy: the given one may be shared. */
export function pii<T extends z.ZodType>(schema: T): T {
  const copy = schema.clone() as T;
  marked.add(copy);
  return copy;
}

/** Tells whether this very schema was marked by `pii()`. */
export function isPii(schema: object): boolean {
  return marked.has(schema);
}

type Definition = {
  type: string;
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
};
const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** Replaces every personal value in `data` (shaped like `schema`) by `change(value, path)`; paths read `a.b.0`. Pure: copies what it changes. */
export function mapPii(
  schema: z.ZodType,
  data: unknown,
  change: (value: unknown, path: string) => unknown,
  path = '',
): unknown {
  if (data === undefined || data === null) return data;
  if (isPii(schema)) return change(data, path);
  const definition = definitionOf(schema);
  if (definition.innerType) return mapPii(definition.innerType, data, change, path);
  const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  if (definition.type === 'array' && definition.element && Array.isArray(data)) {
    const element = definition.element;
    return data.map((item, index) => mapPii(element, item, change, at(index)));
  }
  if (typeof data !== 'object') return data;
  const entries = Object.entries(data);
  if (definition.type === 'object' && definition.shape) {
    const shape = definition.shape;
    return Object.fromEntries(
      entries.map(([key, value]) => [key, shape[key] ? mapPii(shape[key], value, change, at(key)) : value]),
    );
  }
  if (definition.type === 'record' && definition.valueType) {
    const valueType = definition.valueType;
    return Object.fromEntries(entries.map(([key, value]) => [key, mapPii(valueType, value, change, at(key))]));
  }
  return data;
}

/** The names of all personal fields of a schema, as paths with `*` for array items and map values. */
export function piiPaths(schema: z.ZodType, path = ''): string[] {
  if (isPii(schema)) return [path];
  const definition = definitionOf(schema);
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (definition.innerType) return piiPaths(definition.innerType, path);
  if (definition.element) return piiPaths(definition.element, at('*'));
  if (definition.valueType) return piiPaths(definition.valueType, at('*'));
  if (definition.shape) return Object.entries(definition.shape).flatMap(([key, value]) => piiPaths(value, at(key)));
  return [];
}
