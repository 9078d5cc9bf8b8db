// The gate can't be passed by taking away what it compares with: schema, sample and index vouch for each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Released, releasedVersions, releaseProblems } from './released-versions.ts';

const schemas = { 'schemas/thing.made.v1.json': '{"v":1}', 'schemas/thing.made.v2.json': '{"v":2}' };
const whole: Released = {
  index: releasedVersions(schemas),
  schemas: new Map(Object.entries(schemas)),
  samples: ['thing.made.v1', 'thing.made.v2'],
};
const without = (path: string): Released['schemas'] => new Map([...whole.schemas].filter(([one]) => one !== path));

test('what lies there as it was written is no problem, nor is a version that is new', () => {
  assert.deepEqual(releaseProblems(whole), []);
  assert.deepEqual(releaseProblems({ index: '{}\n', schemas: new Map(), samples: [] }), []);
  assert.deepEqual(releaseProblems({ index: undefined, schemas: new Map(), samples: [] }), []);
});

for (const [what, now, expected] of [
  [
    'a schema that was deleted',
    { ...whole, schemas: without('schemas/thing.made.v1.json') },
    /^thing\.made v1 was released, but docs\/generated\/schemas\/thing\.made\.v1\.json is missing\. Bring it back/,
  ],
  [
    'a schema that was deleted with its line in the index',
    {
      ...whole,
      index: releasedVersions({ 'schemas/thing.made.v2.json': '{"v":2}' }),
      schemas: without('schemas/thing.made.v1.json'),
    },
    /^thing\.made v1 was released, but .*schemas\/thing\.made\.v1\.json is missing/,
  ],
  [
    'a schema that was changed by hand',
    { ...whole, schemas: new Map([...whole.schemas, ['schemas/thing.made.v1.json', '{"v":1,"more":true}']]) },
    /^thing\.made v1: .* is not what `npm run gen` wrote/,
  ],
  [
    'a sample that was deleted',
    { ...whole, samples: ['thing.made.v2'] },
    /^thing\.made v1 was released, but test\/fixtures\/events\/thing\.made\.v1\.json is missing/,
  ],
  ['an index that was deleted', { ...whole, index: undefined }, /schemas\/index\.json is missing\. Bring it back/],
] as const)
  test(`${what} is refused`, () => {
    const [line, ...others] = releaseProblems(now);
    assert.match(line ?? '', expected);
    assert.deepEqual(others, []);
  });
