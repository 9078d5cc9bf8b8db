// Chains of versions: every older one becomes the current one, the current one an older one where it can be told, and what can't is refused by name.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { deprecationOf, older, refusalOf, schemaOf, toCurrent, toOlder, type Versioned } from './versions.ts';

const deprecated = { since: '2026-01-01', until: '2027-01-01', why: 'a test' };
const named = z.object({ name: z.string() });
const parted = z.object({ name: z.object({ display: z.string() }), tags: z.array(z.string()) });
const row: Versioned = {
  type: 'thing.made',
  version: 3,
  data: z.object({ name: z.object({ display: z.string() }) }),
  older: [
    older({
      data: named,
      example: { name: 'Ana' },
      upcast: ({ name }) => ({ name: { display: name }, tags: [] }),
      downcast: ({ name }: z.infer<typeof parted>) => ({ name: name.display }),
      deprecated,
    }),
    older({
      data: parted,
      example: { name: { display: 'Ana' }, tags: ['vip'] },
      upcast: ({ name }) => ({ name }),
      downcast: { impossible: 'the tags are kept no more' },
      deprecated,
    }),
  ],
};
const two: Versioned = { ...row, version: 2, data: parted, older: row.older?.slice(0, 1) };

describe('versions', () => {
  it('go up through every step between', () => {
    assert.deepEqual(toCurrent(row, 1, { name: 'Ana' }), { name: { display: 'Ana' } });
    assert.deepEqual(toCurrent(row, 2, { name: { display: 'Ana' }, tags: ['vip'] }), { name: { display: 'Ana' } });
    const data = { name: { display: 'Ana' } };
    assert.equal(toCurrent(row, 3, data), data);
  });

  it('that are not known are waited for', () => {
    for (const version of [0, 4, -1])
      assert.throws(() => toCurrent(row, version, {}), { code: 'unavailable', message: /v3: bring this process/ });
  });

  it('go down where that can be told, and are refused with the reason where not', () => {
    assert.deepEqual(toOlder(two, 1, { name: { display: 'Ana' }, tags: [] }), { name: 'Ana' });
    assert.equal(refusalOf(two, 1), undefined);
    assert.throws(() => toOlder(row, 1, { name: { display: 'Ana' } }), {
      rule: 'no_downcast',
      message: /as v2: the tags/,
    });
    assert.equal(refusalOf(row, 1), 'the tags are kept no more');
    assert.throws(() => toOlder(row, 4, {}), { code: 'not_found' });
  });

  it('say from when on they are deprecated, and until when they are told', () => {
    const said = {
      deprecated: true,
      deprecationfrom: '2026-01-01T00:00:00Z',
      deprecationsunset: '2027-01-01T00:00:00Z',
    };
    assert.deepEqual(deprecationOf(row, 1), said);
    assert.deepEqual([deprecationOf(row, 3), deprecationOf(row, 4), deprecationOf(row, 0)], Array(3).fill(undefined));
  });

  it('have a schema each', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((version) => schemaOf(row, version)),
      [named, parted, row.data, undefined],
    );
  });
});
