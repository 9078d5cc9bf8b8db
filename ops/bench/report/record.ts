// Writes what was measured: results as JSON, charts as SVG, tables between the marks of docs/benchmarks.md. A part that was not run keeps what it had.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataDir, projectDir } from '../../stack/paths.ts';
import type { Options } from '../options.ts';
import { drawChart } from './chart.ts';
import type { Machine } from './machine.ts';
import type { PartResult } from './result.ts';
import { markdownTable, targetTable } from './tables.ts';

/** One part as it is kept. */
export type RecordedPart = PartResult & {
  readonly measuredAt: string;
  readonly command: string;
  readonly machine: Machine;
};

/** The results file. */
export type Results = Readonly<Record<string, RecordedPart>>;

const docs = path.join(projectDir, 'docs');
const page = path.join(docs, 'benchmarks.md');
const marks = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' };

/** A full run (or `--write`) goes to docs/, any other to .data/. Answers a line that says where. */
export function record(
  results: Readonly<Record<string, PartResult>>,
  machine: Machine,
  options: Options,
  order: readonly string[],
): string {
  const folder = options.write ? path.join(docs, 'bench') : path.join(dataDir, 'bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'results.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
  const stamp = { measuredAt: new Date().toISOString(), command: commandOf(options), machine };
  const merged = {
    ...before,
    ...Object.fromEntries(Object.entries(results).map(([name, result]) => [name, { ...result, ...stamp }])),
  };
  const kept: Results = Object.fromEntries(order.flatMap((name) => (merged[name] ? [[name, merged[name]]] : [])));
  writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
  for (const chart of Object.values(kept).flatMap(({ charts }) => charts))
    writeFileSync(path.join(folder, `${chart.name}.svg`), drawChart(chart));
  if (options.write) writeFileSync(page, between(readFileSync(page, 'utf8'), pageOf(kept)));
  return `written: ${path.relative(projectDir, folder)}${options.write ? ', docs/benchmarks.md' : ''}`;
}

/** Whether a part is not for the record: of a quick run, or of one round only. */
export function isIndicative({ command }: RecordedPart): boolean {
  return /--quick|\(1 rounds\)/.test(command);
}

function commandOf({ quick, only, sizes }: Options): string {
  const given = [...(quick ? ['--quick'] : []), ...(only.length > 0 ? ['--only', only.join(',')] : [])];
  return `npm run bench${given.length > 0 ? ` -- ${given.join(' ')}` : ''} (${sizes.rounds} rounds)`;
}

function pageOf(results: Results): string {
  const parts = Object.values(results);
  const stamps = new Map(parts.map((part) => [`${part.command} ${part.measuredAt}`, part]));
  const targets = parts.flatMap((part) => part.targets);
  const met = targets.filter((target) => target.met).length;
  const isForShow = [...stamps.values()].some(isIndicative);
  return [
    ...(isForShow
      ? [
          '**Indicative only:** parts of this are of a quick run, or of one round, beside other work on the same machine.',
        ]
      : []),
    ...[...stamps.values()].map(
      ({ command, measuredAt, machine }) =>
        `\`${command}\`, ${measuredAt.slice(0, 16).replace('T', ' ')} UTC, on ${machine.hardware}; ${machine.programs}; ${machine.storage}. Everything on one machine.`,
    ),
    'Medians of the rounds; rounds go over all contenders in turn, so that only the ratios inside one run are to be trusted.',
    `${met} of ${targets.length} wanted figures are met.`,
    markdownTable(targetTable(targets)),
    ...parts.flatMap(({ title, tables, charts }) => [
      `### ${title}`,
      ...tables.map(markdownTable),
      ...charts.map(({ name, title: what }) => `![${what}](bench/${name}.svg)`),
    ]),
  ].join('\n\n');
}

function between(text: string, content: string): string {
  const [begin, end] = [text.indexOf(marks.begin), text.indexOf(marks.end)];
  if (begin < 0 || end < begin) throw new Error(`docs/benchmarks.md lacks the lines ${marks.begin} and ${marks.end}`);
  return `${text.slice(0, begin + marks.begin.length)}\n\n${content}\n\n${text.slice(end)}`;
}
