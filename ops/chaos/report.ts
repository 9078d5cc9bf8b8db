// The report of a chaos run: a table for the terminal, and docs/chaos-report.md with machine, seed and commit.
import os from 'node:os';
import type { RowReport } from '../../test/chaos/row.ts';
import { run } from '../stack/run.ts';

const heads = ['row', 'result', 'faults', 'events', 'lost', 'doubled', 'inversions', 'sent twice', 'drained', 'took'];

/** How a row ended. One that was not run has proven nothing. */
export function resultOf({ problems, notRun }: Pick<RowReport, 'problems' | 'notRun'>): 'pass' | 'FAIL' | 'not run' {
  if (problems.length > 0) return 'FAIL';
  return notRun === undefined ? 'pass' : 'not run';
}

/** The exit code of a run: 1 when a row failed, 3 when one was not run. */
export function exitCodeOf(reports: readonly RowReport[]): 0 | 1 | 3 {
  const results = new Set(reports.map(resultOf));
  return results.has('FAIL') ? 1 : results.has('not run') ? 3 : 0;
}

/** The run in one sentence, without a full stop. */
export function summaryOf(reports: readonly RowReport[]): string {
  const count = (result: string): number => reports.filter((report) => resultOf(report) === result).length;
  const [failed, notRun] = [count('FAIL'), count('not run')];
  if (failed + notRun === 0) return 'every row passed';
  const parts = [`${count('pass')} of ${reports.length} rows passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (notRun > 0) parts.push(`${notRun} not run`);
  return parts.join(', ');
}

/** The cells of one row. */
function cells(report: RowReport): string[] {
  const result = resultOf(report);
  if (result === 'not run') return [report.row, result, ...heads.slice(2).map(() => '')];
  return [
    report.row,
    result,
    ...[report.faults, report.events, report.lost, report.doubled, report.inversions, report.duplicates].map((figure) =>
      figure.toLocaleString('en'),
    ),
    report.drainMs === null ? '' : seconds(report.drainMs),
    seconds(report.tookMs),
  ];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The table for a terminal, with what went wrong below it. */
export function tableOf(reports: readonly RowReport[]): string {
  const lines = [heads, ...reports.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const wrong = reports.flatMap(({ row, problems }) => problems.map((problem) => `${row}: ${problem}`));
  return [...text, ...wrong, ...unproven(reports), summaryOf(reports)].join('\n');
}

const unproven = (reports: readonly RowReport[]): string[] =>
  reports.flatMap(({ row, notRun }) => (notRun === undefined ? [] : [`${row} was not run: ${notRun}`]));

/** The report as a page. `titles` by row. */
export async function pageOf(
  reports: readonly RowReport[],
  titles: ReadonlyMap<string, string>,
  { size, tookMs }: { readonly size: string; readonly tookMs: number },
): Promise<string> {
  const commit = await run('git', ['log', '-1', '--format=%h']);
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GiB`;
  const row = (line: readonly string[]): string => `| ${line.join(' | ')} |`;
  return [
    '# Chaos report',
    '',
    `The fault matrix, written by \`npm run ${size === 'soak' ? 'soak' : 'chaos'}\`: each row breaks something under load, heals it, waits until nothing is under way, and reads the ledger (I1–I12, test/support/invariants.ts) out of the tables and queues. What a row promises is in the first lines of its file, test/chaos/rows/.`,
    '',
    `- Result: ${summaryOf(reports)}, in ${seconds(tookMs)}.`,
    `- Seeds: ${[...new Set(reports.map(({ seed }) => seed))].join(', ')}; \`npm run chaos -- F1 --seed ${reports[0]?.seed ?? 1}\` repeats a row.`,
    `- Machine: ${os.cpus().length} × ${cpu}, ${memory}, ${os.type()}, Node ${process.versions.node}; PostgreSQL, RabbitMQ, our processes and the load on the same machine.`,
    ...(commit.code === 0 ? [`- Commit: ${commit.stdout.trim()}`] : []),
    '',
    row(['', 'fault', ...heads.slice(1)]),
    row(['---', '---', ...heads.slice(1).map(() => '---')]),
    ...reports.map((report) => {
      const [name = '', ...rest] = cells(report);
      return row([name, titles.get(name) ?? '', ...rest]);
    }),
    '',
    ...reports.flatMap(({ row: name, notes }) => (notes.length === 0 ? [] : [`- ${name}: ${notes.join('; ')}.`])),
    ...reports.flatMap(({ row: name, problems }) => problems.map((problem) => `- **${name}**: ${problem}`)),
    ...unproven(reports).map((line) => `- ${line}`),
    '',
  ].join('\n');
}
