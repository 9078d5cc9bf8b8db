// Fields of a schema in words a programmer reads, those inside others by their path.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { fieldsOf } from './catalogue.ts';

test('each field has its path and type', () => {
  const inner = z.object({ id: z.uuid(), at: z.iso.datetime().optional() });
  const schema = z.object({
    kind: z.enum(['a', 'b']),
    done: z.literal(true).optional(),
    count: z.int(),
    place: inner.nullable(),
    items: z.array(inner),
    tags: z.array(z.string()),
    kinds: z.array(z.enum(['a', 'b'])),
    anything: z.unknown(),
    map: z.record(z.string(), z.unknown()),
    counts: z.record(z.string(), z.number()),
    name: z.string().nullable(),
  });
  const found = fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>);
  assert.deepEqual(
    found.map(({ name, type, optional }) => `${name}${optional ? '?' : ''}: ${type}`),
    [
      ...['kind: "a" | "b"', 'done?: true', 'count: integer'],
      ...['place: object | null', 'place.id: uuid', 'place.at?: date-time'],
      ...['items: object[]', 'items[].id: uuid', 'items[].at?: date-time'],
      ...['tags: string[]', 'kinds: ("a" | "b")[]', 'anything: any JSON'],
      ...['map: map', 'counts: map of number', 'name: string | null'],
    ],
  );
});
