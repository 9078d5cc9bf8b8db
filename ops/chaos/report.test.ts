// A row that was not run is no pass: neither in the table, nor on the page, nor by the exit code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RowReport } from '../../test/chaos/row.ts';
import { exitCodeOf, pageOf, tableOf } from './report.ts';

const nothing = { faults: 0, events: 0, lost: 0, doubled: 0, inversions: 0, duplicates: 0, drainMs: null, tookMs: 0 };
const report = (row: string, more: Partial<RowReport> = {}): RowReport => ({
  ...{ row, size: 'ci', seed: 1, ...nothing, notes: [], problems: [] },
  ...more,
});
const passed = report('F1');
const notRun = report('F38', { notRun: 'no earlier commit' });
const failed = report('F2', { problems: ['lost one'] });
const page = (reports: RowReport[]) => pageOf(reports, new Map(), { size: 'ci', tookMs: 1_000 });

test('all rows passed', async () => {
  assert.match(await page([passed]), /- Result: every row passed, in 1\.0 s/);
  assert.match(tableOf([passed]), /^F1 +pass/m);
  assert.equal(exitCodeOf([passed]), 0);
});

test('one was not run', async () => {
  const reports = [passed, notRun];
  const text = await page(reports);
  assert.match(text, /- Result: 1 of 2 rows passed, 1 not run, in/);
  assert.match(text, /^\| F38 \| {2}\| not run \|/m);
  assert.match(text, /^- F38 was not run: no earlier commit$/m);
  assert.match(tableOf(reports), /^F38 +not run\nF38 was not run: no earlier commit\n1 of 2 rows passed, 1 not run$/m);
  assert.doesNotMatch(text + tableOf(reports), /every row|skipped/);
  assert.equal(exitCodeOf(reports), 3);
});

test('a failure is said first', async () => {
  const reports = [passed, notRun, failed];
  assert.match(await page(reports), /1 of 3 rows passed, 1 failed, 1 not run/);
  assert.equal(exitCodeOf(reports), 1);
});
