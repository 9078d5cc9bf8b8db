// The recipes of CONTRIBUTING.md, applied one after the other to one copy of the project: their edits, what `npm run new` writes for them, and each of their
// commands once over all of them together. Then the copy has to stand every check of the house.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { formatFiles } from '../../ops/new/format-files.ts';
import { scaffold } from '../../ops/new/scaffold.ts';
import { projectDir } from '../../ops/stack/paths.ts';
import { applyBlock, codeBlocks } from '../support/markdown.ts';

const document = path.join(projectDir, 'CONTRIBUTING.md');
const blocks = codeBlocks(document).filter(({ heading }) => heading.startsWith('Add a'));
const recipes = [...new Set(blocks.map(({ heading }) => heading))];
const leftOut = new Set(['node_modules', '.git', '.data', '.cache', '.env']);
const changed = new Set<string>();
/** By `npm run new`. */
const written = new Set<string>();
const scaffolds = /^npm run new /;
const tests = /^npm run test:one -- /;

let copy: string;
before(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'recipes-'));
  const filter = (source: string): boolean => !leftOut.has(path.relative(projectDir, source));
  await cp(projectDir, copy, { recursive: true, filter });
  await symlink(path.join(projectDir, 'node_modules'), path.join(copy, 'node_modules'));
});
after(() => rm(copy, { recursive: true, force: true }));

/** What the commands of the recipes stand for in the copy. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'npm run gen': ['--import', 'tsx', 'ops/gen.ts'],
  'npx tsc -p .': ['node_modules/typescript/bin/tsc', '-p', '.'],
};
/** What a person's `npm run check` would run besides. */
const checks: Readonly<Record<string, readonly string[]>> = {
  'folder rules': ['--import', 'tsx', 'ops/check-rules.ts'],
  'the catalogue, of what is new': [
    ...['--import', 'tsx', '--test', '--test-name-pattern=order|pinned|nickname_given|event of (chat|contact) '],
    'domain/catalog.test.ts',
  ],
  'file rules': ['--import', 'tsx', 'ops/check-files.ts'],
  'dead code': ['node_modules/knip/bin/knip.js', '--no-progress'],
};

function runNode(args: readonly string[], what: string): Promise<void> {
  // A run under test is not a test: node's runner marks its children with this variable.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: copy, env, timeout: 300_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${what} failed:\n${stdout}${stderr}`)) : resolve(),
    );
  });
}

/** The words of a line as a shell would give them; the `--` is npm's. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, plain]) => double ?? single ?? plain ?? '')
    .filter((word) => word !== '--');

/** Writes what a recipe's line asks for. */
function writeNew(line: string): void {
  const { draft } = scaffold(copy, wordsOf(line.replace(scaffolds, '')));
  draft.write();
  for (const { file } of draft.files()) {
    changed.add(file);
    written.add(file);
  }
}

const blocksOf = (recipe: string) => blocks.filter(({ heading }) => heading === recipe);
const isShell = ({ words }: (typeof blocks)[number]): boolean => words[0] === 'sh';
const lines = blocks.filter(isShell).flatMap(({ text }) => text.split('\n'));
const testFiles = new Set(
  lines.filter((line) => tests.test(line)).flatMap((line) => line.replace(tests, '').split(' ')),
);

describe('the edits fit the code', () => {
  for (const recipe of recipes) {
    test(recipe, () => {
      assert.ok(blocksOf(recipe).some(isShell), 'it says how it is checked');
      for (const block of blocksOf(recipe)) {
        if (isShell(block)) {
          for (const line of block.text.split('\n')) if (scaffolds.test(line)) writeNew(line);
        } else {
          applyBlock(copy, block);
          if (block.file) changed.add(block.file);
        }
      }
    });
  }

  // Once for all of them: it takes the formatter two seconds to look around.
  test('what is new is formatted', () => formatFiles(copy, [...written]));

  test('there is a recipe for each kind of thing that can be new', () => {
    const kinds = new Set(lines.filter((line) => scaffolds.test(line)).map((line) => wordsOf(line)[3]));
    assert.deepEqual([...kinds].sort(), ['aggregate', 'command', 'consumer', 'event', 'saga']);
  });
});

describe('the commands pass', { concurrency: 2 }, () => {
  const others = new Set(lines.filter((line) => !scaffolds.test(line) && !tests.test(line)));
  for (const line of others)
    test(line, () => {
      const args = commands[line];
      assert.ok(args, 'this test does not know what it stands for');
      return runNode(args, line);
    });

  test('npm run test:one, with the files of all recipes', () =>
    runNode(['--import', 'tsx', '--test', '--test-timeout=240000', '--test-concurrency=2', ...testFiles], 'the tests'));
});

describe('the copy stands the checks', { concurrency: 2 }, () => {
  for (const [name, args] of Object.entries(checks)) test(name, () => runNode(args, name));

  test('format', async () => {
    const files = [...changed].filter((file) => file.endsWith('.ts'));
    assert.ok(files.length > 40);
    await runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files], 'biome');
  });
});
