// docs/limits.md names every rule of the code that says there is too much of something, and none that is not there.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectDir } from '../stack/paths.ts';

const rule = /\btoo_many_[a-z_]+/g;
const named = (text: string): string[] => text.match(rule) ?? [];
const sorted = (all: readonly string[]): string[] => [...new Set(all)].sort();

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file));

test('every too_many_ rule stands in the table of limits, and the other way round', () => {
  const files = ['domain', 'db', 'api'].flatMap((folder) => sources(path.join(projectDir, folder)));
  const inCode = files.flatMap((file) => named(readFileSync(file, 'utf8')));
  assert.ok(inCode.length > 10);
  assert.deepEqual(sorted(named(readFileSync(path.join(projectDir, 'docs/limits.md'), 'utf8'))), sorted(inCode));
});
