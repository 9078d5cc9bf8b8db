// The recipes of CONTRIBUTING.md, applied one after the other to a copy of the project, each followed by its own commands.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { projectDir } from '../../ops/stack/paths.ts';
import { applyBlock, codeBlocks } from '../support/markdown.ts';

const document = path.join(projectDir, 'CONTRIBUTING.md');
const blocks = codeBlocks(document).filter(({ heading }) => heading.startsWith('Add a'));
const recipes = [...new Set(blocks.map(({ heading }) => heading))];
const leftOut = new Set(['node_modules', '.git', '.data', '.cache', '.env']);
const changed = new Set<string>();

let copy: string;
before(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'recipes-'));
  const filter = (source: string): boolean => !leftOut.has(path.relative(projectDir, source));
  await cp(projectDir, copy, { recursive: true, filter });
  await symlink(path.join(projectDir, 'node_modules'), path.join(copy, 'node_modules'));
});
after(() => rm(copy, { recursive: true, force: true }));

/** What the commands of the recipes stand for in the copy. */
const commands: readonly [RegExp, string[]][] = [
  [/^npm run gen$/, ['--import', 'tsx', 'ops/gen.ts']],
  [/^npx tsc -p \.$/, ['node_modules/typescript/bin/tsc', '-p', '.']],
  [/^npm run test:one -- /, ['--import', 'tsx', '--test', '--test-timeout=120000']],
];

function runCommand(line: string): Promise<void> {
  const [, args] = commands.find(([pattern]) => pattern.test(line)) ?? [];
  if (!args) throw new Error(`A recipe says \`${line}\`, which this test can't run.`);
  return runNode([...args, ...(line.split(' -- ')[1]?.split(' ') ?? [])], line);
}

function runNode(args: string[], what: string): Promise<void> {
  // A run under test is not a test: node's runner marks its children with this variable.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: copy, env, timeout: 150_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${what} failed:\n${stdout}${stderr}`)) : resolve(),
    );
  });
}

const recipeOf = (recipe: string) => blocks.filter(({ heading }) => heading === recipe);
const linesOf = (recipe: string) =>
  recipeOf(recipe)
    .filter(({ words }) => words[0] === 'sh')
    .flatMap(({ text }) => text.split('\n'));

describe('the edits fit the code', () => {
  for (const recipe of recipes) {
    test(recipe, () => {
      assert.ok(linesOf(recipe).length > 0, 'it says how it is checked');
      for (const block of recipeOf(recipe).filter(({ words }) => words[0] !== 'sh')) {
        applyBlock(copy, block);
        if (block.file) changed.add(block.file);
      }
    });
  }
});

// Each command once, over all recipes together: types and derived files take longest.
describe('the commands pass', { concurrency: 2 }, () => {
  for (const line of new Set(recipes.flatMap(linesOf))) test(line, () => runCommand(line));

  test('what the recipes leave is formatted', async () => {
    const files = [...changed].filter((file) => file.endsWith('.ts'));
    assert.ok(files.length > 10);
    await runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files], 'biome');
  });
});
