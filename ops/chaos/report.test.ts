// A row that was not run is no pass, nor is a run whose controls did not turn red or that took too long: neither in the table, nor on the page, nor by the
// exit code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RowReport } from '../../test/chaos/row.ts';
import { controlsOf } from './controls.ts';
import { type ChaosRun, exitCodeOf, pageOf, tableOf } from './report.ts';

const nothing = { faults: 0, events: 0, lost: 0, doubled: 0, inversions: 0, duplicates: 0, drainMs: null, tookMs: 0 };
const report = (row: string, more: Partial<RowReport> = {}): RowReport => ({
  ...{ row, size: 'ci', seed: 1, ...nothing, load: null, notes: [], problems: [] },
  ...more,
});
const passed = report('F1', { load: { asked: 200, reached: 131.4 } });
const notRun = report('F38', { notRun: 'no earlier commit' });
const failed = report('F2', { problems: ['lost one'] });
const run = (reports: RowReport[], more: Partial<ChaosRun> = {}): ChaosRun => ({
  ...{ reports, size: 'ci', tookMs: 60_000 },
  ...more,
});
const page = (chaos: ChaosRun) => pageOf(chaos, new Map());

test('all rows passed', async () => {
  assert.match(await page(run([passed])), /- Result: every row passed, in 1\.0 minutes of at most 30\.0/);
  assert.match(await page(run([passed])), /^\| F1 .*\| 200 \/ 131 \|/m);
  assert.match(tableOf(run([passed])), /^F1 +pass/m);
  assert.equal(exitCodeOf(run([passed])), 0);
});

test('one was not run', async () => {
  const chaos = run([passed, notRun]);
  const text = await page(chaos);
  assert.match(text, /- Result: 1 of 2 rows passed, 1 not run, in/);
  assert.match(text, /^\| F38 \| {2}\| not run \|/m);
  assert.match(text, /^- F38 was not run: no earlier commit$/m);
  assert.match(tableOf(chaos), /^F38 +not run\nF38 was not run: no earlier commit\n1 of 2 rows passed, 1 not run$/m);
  assert.doesNotMatch(text + tableOf(chaos), /every row|skipped/);
  assert.equal(exitCodeOf(chaos), 3);
});

test('a failure is said first', async () => {
  const chaos = run([passed, notRun, failed]);
  assert.match(await page(chaos), /1 of 3 rows passed, 1 failed, 1 not run/);
  assert.equal(exitCodeOf(chaos), 1);
});

const names = [
  ...Array.from({ length: 12 }, (_, index) => `I${index + 1}: wrong build ${index + 1}`),
  'I1 and I7: a cursor',
  'nothing: an honest build',
];

test('every invariant has a control that turned red, on the page too', async () => {
  const chaos = run([passed], { controls: controlsOf({ names, failures: [] }) });
  assert.match(await page(chaos), /^\| I1, I7 \| a cursor \| red \|$/m);
  assert.match(await page(chaos), /^\| none \| an honest build \| nothing, as it should \|$/m);
  assert.equal(exitCodeOf(chaos), 0);
});

test('a control that did not turn red, and an invariant without one, are failures', async () => {
  const failures = [{ file: 'f', name: 'I8: wrong build 8', error: 'green' }];
  const left = names.filter((name) => !/^I(8|12):/.test(name));
  const chaos = run([passed], { controls: controlsOf({ names: left, failures }) });
  const text = await page(chaos);
  assert.match(text, /^\| I8 \| wrong build 8 \| \*\*FAIL\*\* \|$/m);
  for (const problem of ['the control "wrong build 8" did not turn I8 red', 'no control turned I12 red'])
    assert.ok(text.includes(problem) && tableOf(chaos).includes(problem), problem);
  assert.equal(exitCodeOf(chaos), 1);
});

test('a whole run that takes longer than 30 minutes has failed, one of named rows or a soak has not', async () => {
  const controls = controlsOf({ names, failures: [] });
  const late = { tookMs: 31 * 60_000, controls };
  assert.equal(exitCodeOf(run([passed], late)), 1);
  assert.match(await page(run([passed], late)), /the run took 31\.0 minutes, at most 30\.0 are allowed/);
  assert.equal(exitCodeOf(run([passed], { ...late, size: 'soak' })), 0);
  assert.equal(exitCodeOf(run([passed], { tookMs: late.tookMs })), 0);
});

test('interleavings are told, and those that failed are a failure', async () => {
  const interleavings = { said: '10,000 of 10,000 interleavings', problems: [] };
  assert.match(await page(run([passed], { interleavings })), /^- Simulation: 10,000 of 10,000 interleavings\.$/m);
  assert.equal(exitCodeOf(run([passed], { interleavings: { said: '', problems: ['lost: one'] } })), 1);
});
