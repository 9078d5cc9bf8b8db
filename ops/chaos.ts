// `npm run chaos [-- F1 F6 …] [--seed n]`: the negative controls, then every row of the fault matrix at its full size, on servers of its own, and all
// interleavings of the simulation beside them; `npm run soak` ten times that, with a random seed, going on after the last row that was done. Ends with one table;
// writes docs/chaos-report.md unless rows were named. Exit code 1: a row or a control failed, or it took more than 30 minutes; 3: a row could not be run.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ChaosRow, RowReport, Size } from '../test/chaos/row.ts';
import { chaosTable, lanes } from '../test/chaos/rows.ts';
import { type FaultServers, startFaultServers } from '../test/support/fault-servers.ts';
import { type ControlReport, controlProblems, runControls } from './chaos/controls.ts';
import { type InterleavingsReport, runAllInterleavings } from './chaos/interleavings.ts';
import { exitCodeOf, pageOf, resultOf, tableOf } from './chaos/report.ts';
import { forgetSoak, readSoak, writeSoak } from './chaos/soak-state.ts';
import { projectDir } from './stack/paths.ts';
import { removeRunFolder, runFolderOf } from './testing/own-stack.ts';
import { stopTestFiles } from './testing/run-file.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'ci' },
    seed: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
});
const size = values.size as Size;
const isWhole = positionals.length === 0 && size !== 'short';
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
const done: RowReport[] = (known?.seed === seed ? known.reports : []).filter(({ row }) =>
  rows.some(({ name }) => name === row),
);
const startedAt = performance.now();
let servers: FaultServers | undefined;
const isTerminal = process.stdout.isTTY === true;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void cutOff());

console.log(
  `chaos, size ${size}, seed ${seed}, ${rows.length} rows${done.length > 0 ? `, ${done.length} done before` : ''}`,
);
let controls: ControlReport[] | undefined;
let interleavings: Promise<InterleavingsReport> | undefined;
try {
  if (isWhole) controls = await runAllControls();
  for (const side of sideBySide()) {
    // They need a machine that has time for them, and take none from rows that mostly wait.
    if (isWhole && side.length > 1) interleavings ??= runAllInterleavings(seed);
    await runSideBySide(side);
  }
  if (isWhole) interleavings ??= runAllInterleavings(seed);
  await interleavings;
} finally {
  await closeServers();
}
const simulated = await interleavings;
const tookMs = performance.now() - startedAt;
const reports = rows.flatMap(({ name }) => done.filter(({ row }) => row === name));
const chaos = {
  ...{ size, tookMs, reports },
  ...(controls && { controls }),
  ...(simulated && { interleavings: simulated }),
};
console.log(`\n${tableOf(chaos)}\n${(tookMs / 60_000).toFixed(1)} minutes, seed ${seed}`);
if (isWhole) {
  const titles = new Map(rows.map(({ name, title }) => [name, title]));
  const file = size === 'soak' ? 'docs/soak-report.md' : 'docs/chaos-report.md';
  writeFileSync(path.join(projectDir, file), await pageOf(chaos, titles));
  console.log(`written to ${file}`);
}
if (size === 'soak') forgetSoak();
process.exit(exitCodeOf(chaos));

async function runAllControls(): Promise<ControlReport[]> {
  const from = performance.now();
  servers = await startFaultServers({ say: progress });
  progress('builds made wrong on purpose');
  const found = await runControls(servers.addresses);
  progress('');
  const problems = controlProblems(found);
  const took = `${((performance.now() - from) / 1_000).toFixed(1)} s`;
  console.log(`${problems.length > 0 ? '✘' : '✔'} ${found.length} builds made wrong on purpose, or not, ${took}`);
  for (const problem of problems) console.log(`       ${problem}`);
  if (problems.length > 0) await closeServers();
  return found;
}

/** What runs one after the other, each as the lanes that run side by side: rows of the lanes where the first of them stands, all others alone. */
function sideBySide(): ChaosRow[][][] {
  const left = rows
    .filter(({ name }) => !done.some(({ row }) => row === name))
    // Those that want other servers come last: else everybody's would be started twice.
    .toSorted((one, other) => Number(one.needsTemporal) - Number(other.needsTemporal));
  const inLanes = new Set(lanes.flat());
  const together = lanes
    .map((lane) => left.filter(({ name }) => lane.includes(name)))
    .filter((lane) => lane.length > 0);
  const first = left.find(({ name }) => inLanes.has(name));
  return left.flatMap((row) => (inLanes.has(row.name) ? (row === first ? [together] : []) : [[[row]]]));
}

/** Rows share their servers until one fails: what it did to them must not hurt the next. */
async function runSideBySide(side: readonly (readonly ChaosRow[])[]): Promise<void> {
  const temporal = side.flat().some(({ needsTemporal }) => needsTemporal);
  if (temporal) await closeServers();
  servers ??= await startFaultServers({ temporal, say: progress });
  const running = servers;
  const lanesDone = side.map(async (lane) => {
    const own: RowReport[] = [];
    for (const row of lane) {
      const report = await runRow(row, running);
      own.push(report);
      done.push(report);
      if (size === 'soak') writeSoak({ seed, reports: done });
    }
    return own;
  });
  const hasFailed = (await Promise.all(lanesDone)).flat().some(({ problems }) => problems.length > 0);
  if (temporal || hasFailed) await closeServers();
}

async function runRow(row: ChaosRow, running: FaultServers): Promise<RowReport> {
  const from = performance.now();
  const say = (line: string): void =>
    progress(`${row.name.padEnd(4)} ${Math.round((performance.now() - from) / 1_000)} s  ${line}`);
  say(row.title);
  const report = await row
    .run(size, { servers: running, seed, say })
    .catch((error: unknown) => failed(row.name, error));
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
    ...{ faults: 0, events: 0, lost: 0, doubled: 0, inversions: 0, duplicates: 0 },
    ...{ drainMs: null, tookMs: 0, load: null, notes: [] },
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
  stopTestFiles();
  await removeRunFolder(runFolderOf(process.pid));
  process.exit(130);
}
