// The marks of personal data: found wherever they stand in a schema, changed without touching the original.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { isPii, mapPii, pii, piiPaths } from './pii.ts';

const name = pii(z.string());
const schema = z.object({
  plain: z.string(),
  name,
  nick: name.optional(),
  old: pii(z.string()).nullable(),
  file: pii(z.object({ url: z.string() })),
  people: z.array(z.object({ id: z.string(), phone: pii(z.string()) })),
  notes: z.record(z.string(), pii(z.string())),
});
const data = {
  plain: 'a',
  name: 'Ana',
  old: null,
  file: { url: 'u' },
  people: [
    { id: '1', phone: '55' },
    { id: '2', phone: '56' },
  ],
  notes: { x: 'y' },
  unknown: 'kept',
};

describe('personal data', () => {
  it('is found by path', () => {
    assert.deepEqual(piiPaths(schema), ['name', 'nick', 'old', 'file', 'people.*.phone', 'notes.*']);
    assert.deepEqual(piiPaths(z.string()), []);
    assert.deepEqual([isPii(name), isPii(z.string())], [true, false]);
  });

  it('is marked on a copy: the same field type elsewhere stays open', () => {
    const label = z.string().min(1);
    const both = z.object({ name: pii(label), tag: label });
    assert.deepEqual([isPii(label), piiPaths(both)], [false, ['name']]);
    assert.equal(both.safeParse({ name: '', tag: 'x' }).success, false);
  });

  it('is changed as a whole value, everything else kept', () => {
    const before = structuredClone(data);
    const places: string[] = [];
    const changed = mapPii(schema, data, (value, path) => {
      places.push(path);
      return JSON.stringify(value);
    });
    assert.deepEqual(places, ['name', 'file', 'people.0.phone', 'people.1.phone', 'notes.x']);
    assert.deepEqual(changed, {
      plain: 'a',
      name: '"Ana"',
      old: null,
      file: '{"url":"u"}',
      people: [
        { id: '1', phone: '"55"' },
        { id: '2', phone: '"56"' },
      ],
      notes: { x: '"y"' },
      unknown: 'kept',
    });
    assert.deepEqual(data, before);
  });

  it('leaves alone what is not shaped like the schema', () => {
    assert.deepEqual(
      mapPii(schema, { people: 'none', notes: 7 }, () => 'changed'),
      { people: 'none', notes: 7 },
    );
  });
});
