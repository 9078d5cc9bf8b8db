// The report of a chaos run: a table for the terminal, and docs/chaos-report.md with machine, seed and commit.
import os from 'node:os';
import type { RowReport } from '../../test/chaos/row.ts';
import { run } from '../stack/run.ts';
import { type ControlReport, controlProblems } from './controls.ts';
import type { InterleavingsReport } from './interleavings.ts';

/** What was run. Controls and interleavings are part of a whole run only, not of one of named rows. */
export type ChaosRun = {
  readonly size: string;
  readonly tookMs: number;
  readonly reports: readonly RowReport[];
  readonly controls?: readonly ControlReport[];
  readonly interleavings?: InterleavingsReport;
};

/** A whole run at the CI figures may take so long. */
const mostMs = 30 * 60_000;

const heads = [
  ...['row', 'result', 'faults', 'events', 'commands/s asked / reached', 'lost', 'doubled', 'inversions'],
  ...['sent twice', 'drained', 'took'],
];

/** How a row ended. One that was not run has proven nothing. */
export function resultOf({ problems, notRun }: Pick<RowReport, 'problems' | 'notRun'>): 'pass' | 'FAIL' | 'not run' {
  if (problems.length > 0) return 'FAIL';
  return notRun === undefined ? 'pass' : 'not run';
}

/** What went wrong beside the rows. */
function otherProblems({ size, tookMs, controls, interleavings }: ChaosRun): string[] {
  const isLate = controls !== undefined && size === 'ci' && tookMs > mostMs;
  return [
    ...(controls === undefined ? [] : controlProblems(controls)),
    ...(interleavings?.problems ?? []),
    ...(isLate ? [`the run took ${minutes(tookMs)} minutes, at most ${minutes(mostMs)} are allowed`] : []),
  ];
}

/** The exit code of a run: 1 when a row, a control or the simulation failed, or when it took too long; 3 when a row was not run. */
export function exitCodeOf(chaos: ChaosRun): 0 | 1 | 3 {
  const results = new Set(chaos.reports.map(resultOf));
  if (results.has('FAIL') || otherProblems(chaos).length > 0) return 1;
  return results.has('not run') ? 3 : 0;
}

/** The run in one sentence, without a full stop. */
function summaryOf(chaos: ChaosRun): string {
  const { reports } = chaos;
  const count = (result: string): number => reports.filter((report) => resultOf(report) === result).length;
  const [failed, notRun, other] = [count('FAIL'), count('not run'), otherProblems(chaos).length];
  if (failed + notRun + other === 0) return 'every row passed';
  const parts = [`${count('pass')} of ${reports.length} rows passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (notRun > 0) parts.push(`${notRun} not run`);
  if (other > 0) parts.push(`${other} other problems`);
  return parts.join(', ');
}

/** The cells of one row. */
function cells(report: RowReport): string[] {
  const result = resultOf(report);
  if (result === 'not run') return [report.row, result, ...heads.slice(2).map(() => '')];
  const { load } = report;
  const inDigits = (figure: number): string => figure.toLocaleString('en');
  return [
    ...[report.row, result, inDigits(report.faults), inDigits(report.events)],
    load ? `${Math.round(load.asked)} / ${Math.round(load.reached)}` : '',
    ...[report.lost, report.doubled, report.inversions, report.duplicates].map(inDigits),
    ...[report.drainMs === null ? '' : seconds(report.drainMs), seconds(report.tookMs)],
  ];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const minutes = (ms: number): string => (ms / 60_000).toFixed(1);

/** The table for a terminal, with what went wrong below it. */
export function tableOf(chaos: ChaosRun): string {
  const { reports } = chaos;
  const lines = [heads, ...reports.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const wrong = reports.flatMap(({ row, problems }) => problems.map((problem) => `${row}: ${problem}`));
  return [...text, ...wrong, ...unproven(reports), ...otherProblems(chaos), summaryOf(chaos)].join('\n');
}

const unproven = (reports: readonly RowReport[]): string[] =>
  reports.flatMap(({ row, notRun }) => (notRun === undefined ? [] : [`${row} was not run: ${notRun}`]));

const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;

function controlLines(controls: readonly ControlReport[]): string[] {
  return [
    '## Negative controls',
    '',
    'Before the rows, builds made wrong on purpose (test/chaos/negative-controls.test.ts) are judged by the same ledger: each has to turn red what it breaks, and nothing else. A check that can not fail proves nothing.',
    '',
    line(['invariant', 'build', 'red']),
    line(['---', '---', '---']),
    ...controls.map(({ breaks, build, isRed }) => {
      const told = breaks.length === 0 ? (isRed ? 'nothing, as it should' : '**FAIL**') : isRed ? 'red' : '**FAIL**';
      return line([breaks.join(', ') || 'none', build, told]);
    }),
    '',
  ];
}

/** The report as a page. `titles` by row. */
export async function pageOf(chaos: ChaosRun, titles: ReadonlyMap<string, string>): Promise<string> {
  const { reports, size, tookMs, controls, interleavings } = chaos;
  const commit = await run('git', ['log', '-1', '--format=%h']);
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GiB`;
  return [
    '# Chaos report',
    '',
    `The fault matrix, written by \`npm run ${size === 'soak' ? 'soak' : 'chaos'}\`: each row breaks something under load, heals it, waits until nothing is under way, and reads the ledger (I1–I12, test/support/invariants.ts) out of the tables and queues. What a row promises is in the first lines of its file, test/chaos/rows/.`,
    '',
    `- Result: ${summaryOf(chaos)}, in ${minutes(tookMs)} minutes${size === 'ci' ? ` of at most ${minutes(mostMs)}` : ''}.`,
    `- Seeds: ${[...new Set(reports.map(({ seed }) => seed))].join(', ')}; \`npm run chaos -- F1 --seed ${reports[0]?.seed ?? 1}\` repeats a row.`,
    ...(interleavings ? [`- Simulation: ${interleavings.said}.`] : []),
    `- Machine: ${os.cpus().length} × ${cpu}, ${memory}, ${os.type()}, Node ${process.versions.node}; PostgreSQL, RabbitMQ, our processes and the load on the same machine.`,
    ...(commit.code === 0 ? [`- Commit: ${commit.stdout.trim()}`] : []),
    '- Load: 200 commands a second where a row only needs many of them. The others ask for less, because what piles up while a server is away has to be worked off by the same two cores within the row’s time; F3 for so few that its relay polls at its slowest. Of a machine whose consumers can not keep up with what is asked, a row takes three quarters of what they sustained just before it without a fault: else the drain would be the backlog’s and not the fault’s. No figure: the load is no commands, or only calls of the API.',
    '- F2, F3, and F8 and F9 one after the other, run side by side: they mostly wait, each for processes, proxies and a database of its own.',
    '',
    line(['', 'fault', ...heads.slice(1)]),
    line(['---', '---', ...heads.slice(1).map(() => '---')]),
    ...reports.map((report) => {
      const [name = '', ...rest] = cells(report);
      return line([name, titles.get(name) ?? '', ...rest]);
    }),
    '',
    ...reports.flatMap(({ row: name, notes }) => (notes.length === 0 ? [] : [`- ${name}: ${notes.join('; ')}.`])),
    ...reports.flatMap(({ row: name, problems }) => problems.map((problem) => `- **${name}**: ${problem}`)),
    ...unproven(reports).map((told) => `- ${told}`),
    ...otherProblems(chaos).map((problem) => `- **${problem}**`),
    '',
    ...(controls ? controlLines(controls) : []),
  ].join('\n');
}
