// The documents hold together: what they link to and name is there.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { metricCatalogue } from '../../ops/monitoring/catalogue.ts';
import { projectDir } from '../../ops/stack/paths.ts';

const inDocs = (folder: string): string[] =>
  readdirSync(path.join(projectDir, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inDocs('docs'), ...inDocs('docs/decisions')];
const textOf = (file: string): string => readFileSync(path.join(projectDir, file), 'utf8');

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

for (const document of documents) {
  test(`${document} links to what is there`, () => {
    for (const [, target = ''] of textOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? document : path.posix.join(path.posix.dirname(document), file);
      assert.ok(existsSync(path.join(projectDir, found)), `${target} is not there`);
      if (anchor !== undefined) assert.ok(anchorsOf(found).has(anchor), `${found} has no heading #${anchor}`);
    }
  });

  test(`${document} names files and npm scripts that exist`, () => {
    const text = textOf(document).replace(/```[\s\S]*?```/g, '');
    for (const [, file = ''] of text.matchAll(
      /`((?:api|db|domain|intake|ops|platform|test|workers|workflows|activities|temporal-config)\/[\w./-]+\.\w+)`/g,
    ))
      assert.ok(existsSync(path.join(projectDir, file)) || textOf(document).includes(`\`${file}\`\n\n\`\`\``), file);
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of textOf(document).matchAll(/npm run (?:-s )?([\w:]+)/g))
      assert.ok(scripts[script], script);
  });
}

test('every metric the runbook names is one', () => {
  const defined = new Set(metricCatalogue().map(({ name }) => name));
  const named = [...textOf('docs/runbook.md').matchAll(/`(messaging_\w+)`/g)].map(([, name = '']) => name);
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((name) => !defined.has(name)),
    [],
  );
});

test('every decision has its number, once, and says when and why', () => {
  const numbers = inDocs('docs/decisions').map((file) => path.basename(file).slice(0, 4));
  assert.equal(new Set(numbers).size, numbers.length);
  for (const file of inDocs('docs/decisions'))
    for (const heading of ['## Decision', '## Why']) assert.ok(textOf(file).includes(heading), `${file}: ${heading}`);
});
