// `npm run chaos [-- F1 F6 …] [--seed n]`: every row of the fault matrix at its full size, on servers of its own; `npm run soak` ten times that, with a
// random seed, going on after the last row that was done. Ends with one table; writes docs/chaos-report.md unless rows were named. Exit code 1: a row failed; 3: one could not be run.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ChaosRow, RowReport, Size } from '../test/chaos/row.ts';
import { chaosTable } from '../test/chaos/rows.ts';
import { type FaultServers, startFaultServers } from '../test/support/fault-servers.ts';
import { exitCodeOf, pageOf, resultOf, tableOf } from './chaos/report.ts';
import { forgetSoak, readSoak, writeSoak } from './chaos/soak-state.ts';
import { projectDir } from './stack/paths.ts';
import { removeRunFolder, runFolderOf } from './testing/own-stack.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'ci' },
    seed: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
});
const size = values.size as Size;
const unknown = positionals.filter((name) => !chaosTable.some((row) => row.name === name));
const rows = chaosTable.filter(
  ({ name, sizes }) => sizes.includes(size) && (positionals.length === 0 || positionals.includes(name)),
);
if (unknown.length > 0 || rows.length === 0) {
  console.error(
    `There is no row ${unknown.join(', ')}. Rows: ${chaosTable.map(({ name }) => name).join(', ')}. Sizes: short, ci, soak.`,
  );
  process.exit(2);
}

const known = size === 'soak' && !values.fresh ? readSoak() : undefined;
const seed = Number(values.seed ?? known?.seed ?? (size === 'soak' ? Math.floor(Math.random() * 1e9) : 20_260_609));
const reports: RowReport[] = (known?.seed === seed ? known.reports : []).filter(({ row }) =>
  rows.some(({ name }) => name === row),
);
const startedAt = performance.now();
let servers: FaultServers | undefined;
const isTerminal = process.stdout.isTTY === true;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void cutOff());

console.log(
  `chaos, size ${size}, seed ${seed}, ${rows.length} rows${reports.length > 0 ? `, ${reports.length} done before` : ''}`,
);
try {
  for (const row of rows) {
    if (reports.some((report) => report.row === row.name)) continue;
    reports.push(await runRow(row));
    if (size === 'soak') writeSoak({ seed, reports });
  }
} finally {
  await closeServers();
}
const tookMs = performance.now() - startedAt;
console.log(`\n${tableOf(reports)}\n${(tookMs / 60_000).toFixed(1)} minutes, seed ${seed}`);
if (positionals.length === 0 && size !== 'short') {
  const titles = new Map(rows.map(({ name, title }) => [name, title]));
  const file = size === 'soak' ? 'docs/soak-report.md' : 'docs/chaos-report.md';
  writeFileSync(path.join(projectDir, file), await pageOf(reports, titles, { size, tookMs }));
  console.log(`written to ${file}`);
}
if (size === 'soak') forgetSoak();
process.exit(exitCodeOf(reports));

/** Rows share their servers until one fails: what it did to them must not hurt the next. */
async function runRow(row: ChaosRow): Promise<RowReport> {
  const from = performance.now();
  const say = (line: string): void =>
    progress(`${row.name.padEnd(4)} ${Math.round((performance.now() - from) / 1_000)} s  ${line}`);
  say(row.title);
  if (row.needsTemporal) await closeServers();
  servers ??= await startFaultServers({ temporal: row.needsTemporal, say });
  const report = await row.run(size, { servers, seed, say }).catch((error: unknown) => failed(row.name, error));
  if (row.needsTemporal || report.problems.length > 0) await closeServers();
  progress('');
  const mark = { FAIL: '✘', pass: '✔', 'not run': '-' }[resultOf(report)];
  console.log(`${mark} ${row.name.padEnd(4)} ${row.title}`);
  const why = report.notRun === undefined ? [] : [`not run: ${report.notRun}`];
  for (const line of [...report.notes, ...report.problems, ...why]) console.log(`       ${line}`);
  return report;
}

/** A row that did not even come to its ledger. */
function failed(row: string, error: unknown): RowReport {
  const nothing = {
    faults: 0,
    events: 0,
    lost: 0,
    doubled: 0,
    inversions: 0,
    duplicates: 0,
    drainMs: null,
    tookMs: 0,
    notes: [],
  };
  return { row, size, seed, ...nothing, problems: [error instanceof Error ? error.message : String(error)] };
}

async function closeServers(): Promise<void> {
  await servers?.close();
  servers = undefined;
}

/** One line that is written over, where there is a terminal; else a line now and then would be too many. */
function progress(line: string): void {
  if (isTerminal) process.stdout.write(`\r\u001b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
}

async function cutOff(): Promise<void> {
  progress('');
  console.log('cut off: stopping the servers of this run');
  await removeRunFolder(runFolderOf(process.pid));
  process.exit(130);
}
