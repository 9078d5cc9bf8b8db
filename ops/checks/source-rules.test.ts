// Every file rule can turn red, and says which file.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sourceRuleBreaches } from './source-rules.ts';

const opening = '// What it is.\n';
const lines = (count: number) => opening + 'x;\n'.repeat(count - 1);

describe('file rules', () => {
  const bad = {
    'more than 400 lines': { path: 'db/a.ts', text: lines(401) },
    'no opening comment': { path: 'db/a.ts', text: 'export const a = 1;\n' },
    'reads the environment': { path: 'db/a.ts', text: `${opening}process.env['A'];\n` },
    'begins a transaction': { path: 'db/a.ts', text: `${opening}query('BEGIN');\n` },
    'begins one by a longer statement': {
      path: 'db/a.ts',
      text: `${opening}query("begin isolation level serializable");\n`,
    },
    'calls out': { path: 'workers/a.ts', text: `${opening}import { request } from 'undici';\n` },
    'leaves listeners on signals': { path: 'db/a.ts', text: `${opening}AbortSignal.any([a, b]);\n` },
    'names a path of one machine': { path: 'README.md', text: `see ${['', 'home', 'me', 'project'].join('/')}\n` },
  };
  for (const [name, file] of Object.entries(bad)) {
    test(name, () => {
      const breaches = sourceRuleBreaches([
        file,
        { path: 'db/b.ts', text: lines(10) },
        { path: 'db/c.ts', text: lines(10) },
      ]);
      assert.ok(
        breaches.some((line) => line.startsWith(file.path)),
        breaches.join('\n'),
      );
    });
  }

  test('too many long files', () => {
    const files = [200, 200, 10, 10, 10].map((count, index) => ({ path: `db/${index}.ts`, text: lines(count) }));
    assert.match(sourceRuleBreaches(files).join('\n'), /nine of ten/);
  });

  test('the allowed ones pass', () => {
    const files = [
      { path: 'platform/config.ts', text: `${opening}process.env;\n` },
      { path: 'db/transaction.ts', text: `${opening}query('BEGIN');\n` },
      { path: 'ops/up.ts', text: `${opening}process.env['CI'];\n` },
      { path: 'domain/time.ts', text: `${opening}const text = 'beginning';\n` },
    ];
    assert.deepEqual(sourceRuleBreaches(files), []);
  });
});
