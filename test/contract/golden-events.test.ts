// Every version of every event that was ever written can be read: the stored samples, and whatever else fits its schema.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { eventRow, eventRows } from '../../domain/catalog.ts';
import { refusalOf, schemaOf, toCurrent, toOlder } from '../../domain/kernel/versions.ts';
import { arbitraryOf } from '../support/arbitrary-command.ts';

const folder = new URL('../fixtures/events/', import.meta.url);
type Golden = { readonly type: string; readonly version: number; readonly data: unknown };
const samples = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden);

describe('golden events', () => {
  for (const { type, version, data } of samples)
    it(`${type} v${version} is read`, () => {
      const row = eventRow(type);
      assert.ok(row, 'its row is gone');
      const schema = schemaOf(row, version);
      assert.ok(schema, 'its version is gone');
      assert.deepEqual(schema.parse(data), data);
      const current = toCurrent(row, version, data);
      assert.deepEqual(row.data.parse(current), current, 'as the current version');
    });

  it('are there for every version', () => {
    const kept = new Set(samples.map(({ type, version }) => `${type} v${version}`));
    for (const { type, version } of eventRows)
      for (let one = 1; one <= version; one += 1) assert.ok(kept.has(`${type} v${one}`), `${type} v${one}`);
  });
});

describe('any event that fits its schema', () => {
  for (const row of eventRows)
    it(`${row.type} comes back from JSON as it was, and from every version`, () => {
      for (let version = 1; version <= row.version; version += 1) {
        const schema = schemaOf(row, version);
        assert.ok(schema);
        const check = (data: unknown): void => {
          const stored: unknown = JSON.parse(JSON.stringify(data));
          assert.deepEqual(schema.parse(stored), stored);
          const current = toCurrent(row, version, stored);
          assert.deepEqual(row.data.parse(current), current);
          if (refusalOf(row, version) !== undefined) return;
          const told = toOlder(row, version, current);
          assert.deepEqual(schema.parse(told), told, 'told in its version again');
        };
        fc.assert(fc.property(arbitraryOf(schema), check), { numRuns: 25 });
      }
    });
});
