// Running test files: a failure of any kind is counted and shown in full, and nothing that failed can pass for passed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { isAlive } from '../stack/processes.ts';
import { runTestFiles } from './run-files.ts';
import { createTally } from './tally.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'run-files-'));
after(() => rmSync(folder, { recursive: true }));

function testFile(name: string, body: string): string {
  const file = path.join(folder, `${name}.test.mjs`);
  const imports = "import { test, describe } from 'node:test'; import assert from 'node:assert/strict';";
  writeFileSync(file, `${imports}\n${body}\n`);
  return file;
}

async function resultOf(...files: string[]) {
  return runTestFiles(files, { atOnce: 2, environment: {} });
}

describe('running test files', () => {
  test('counts tests and not their suites', async () => {
    const file = testFile(
      'nested',
      "describe('a', () => { describe('b', () => { test('c', () => {}); test('d', () => {}); }); });",
    );
    const result = await resultOf(file);
    assert.equal(result.passed, 2);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(
      result.files.map(({ tests }) => tests),
      [2],
    );
  });

  test('a failed assertion is shown with both values and what the file printed', async () => {
    const body =
      "test('sums', () => { console.log('before it failed'); assert.deepEqual({ sum: 41 }, { sum: 42 }); });";
    const result = await resultOf(testFile('wrong', body), testFile('right', "test('fine', () => {});"));
    assert.equal(result.passed, 1);
    assert.equal(result.failures.length, 1);
    const lines: string[] = [];
    const tally = createTally((line) => lines.push(line));
    await tally.group('unit', async () => result);
    const text = lines.join('\n');
    for (const part of ['sums', 'sum: 41', 'sum: 42', 'wrong.test.mjs', 'before it failed'])
      assert.ok(text.includes(part), part);
    assert.equal(tally.close(), 1);
    assert.equal(lines.at(-1), '1 passed, 1 failed');
  });

  test('one failure inside suites counts once', async () => {
    const body = "describe('a', () => { describe('b', () => { test('c', () => assert.fail('no')); }); });";
    assert.equal((await resultOf(testFile('deep', body))).failures.length, 1);
  });

  test('a file that can not be loaded, one that exits and a hook that fails are failures', async () => {
    const broken = testFile('broken', "throw new Error('not loadable');");
    const exits = testFile('exits', "test('fine', () => {}); process.exitCode = 3;");
    const hook = testFile(
      'hook',
      "import { before } from 'node:test'; describe('a', () => { before(() => { throw new Error('hook'); }); test('b', () => {}); });",
    );
    for (const file of [broken, exits, hook]) {
      const result = await resultOf(file);
      assert.notEqual(result.failures.length, 0, file);
    }
  });

  test('a file that hangs is killed, with what it started, and the test it hung in is named', async () => {
    const body = `import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      test('quick', () => {});
      test('hangs', async () => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        console.log('child ' + child.pid);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const result = await runTestFiles([testFile('hangs', body)], { atOnce: 1, environment: {}, timeoutMs: 2_000 });
    assert.equal(result.passed, 1);
    assert.match(result.failures[0]?.error ?? '', /2 s.*hangs/s);
    const child = Number(/child (\d+)/.exec(result.files[0]?.output ?? '')?.[1]);
    assert.equal(isAlive(child), false);
  });

  test('a file that leaves something open is killed and said so', async () => {
    const body = "test('fine', () => {}); setInterval(() => {}, 1000);";
    const result = await runTestFiles([testFile('open', body)], { atOnce: 1, environment: {}, timeoutMs: 2_000 });
    assert.match(result.failures[0]?.error ?? '', /left open/);
  });

  test('a file that stands aside computes behind the others', async () => {
    const body = "import os from 'node:os'; test('priority', () => assert.equal(os.getPriority(), 19));";
    const result = await runTestFiles([testFile('aside', body)], { atOnce: 1, environment: {}, aside: true });
    assert.deepEqual(result.failures, []);
  });

  test('a file without a test is a failure, one whose suite is skipped is not', async () => {
    assert.match((await resultOf(testFile('empty', ''))).failures[0]?.error ?? '', /no test/);
    const skips = testFile('skips', "describe('a', { skip: 'no files' }, () => { test('b', () => {}); });");
    const result = await resultOf(skips);
    assert.deepEqual([result.passed, result.skipped, result.failures.length], [0, 1, 0]);
  });

  test('a file that is not there is a failure', async () => {
    assert.notEqual((await resultOf(path.join(folder, 'absent.test.mjs'))).failures.length, 0);
  });

  test('no tests at all is no success', () => {
    assert.equal(createTally(() => undefined).close(), 1);
  });

  test('a stage that throws is failed and says why', async () => {
    const lines: string[] = [];
    const tally = createTally((line) => lines.push(line));
    await tally.stage('servers', () => Promise.reject(new Error('no PostgreSQL')));
    tally.close();
    assert.ok(lines.some((line) => line.includes('no PostgreSQL')));
    assert.equal(lines.at(-1), '0 passed, 1 failed');
  });
});
