// `node ops/bootstrap.mjs ops/bench/scale.ts [--write]`: from what one message was measured to cost to what ten, a hundred and a thousand times as many
// need, part by part, and which part gives first. `--write` puts the tables between the marks of docs/scale.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../stack/paths.ts';
import type { InboundRecord } from './inbound/record.ts';
import { busiestShare } from './model/ownership.ts';
import { demand, limits, type Measured, parts } from './model/scale-model.ts';
import { isIndicative, type Results } from './report/record.ts';
import type { Table } from './report/result.ts';
import { markdownTable } from './report/tables.ts';

const page = path.join(projectDir, 'docs/scale.md');
const resultsFile = path.join(projectDir, 'docs/bench/results.json');
const inboundFile = path.join(projectDir, 'docs/bench/inbound.json');
const marks = { begin: '<!-- scale:begin -->', end: '<!-- scale:end -->' };
const factors = [1, 10, 100, 1_000];

const measured = readMeasured();
const content = [growthTable(measured), limitTable(measured), ownershipTable()].map(markdownTable).join('\n\n');
console.log(content);
if (process.argv.includes('--write')) {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [text.indexOf(marks.begin), text.indexOf(marks.end)];
  if (begin < 0 || end < begin) throw new Error(`docs/scale.md lacks the lines ${marks.begin} and ${marks.end}`);
  writeFileSync(page, `${text.slice(0, begin + marks.begin.length)}\n\n${content}\n\n${text.slice(end)}`);
}

/** Rates of the last full benchmark; those of an earlier one where there is none. */
function readMeasured(): Measured {
  const results: Results = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results) : {};
  const median = (part: string, sample: string, otherwise: number): number => {
    const recorded = results[part];
    if (recorded === undefined || isIndicative(recorded)) return otherwise;
    const values = [...(recorded.samples[sample] ?? [])].sort((one, other) => one - other);
    return values[Math.floor(values.length / 2)] ?? otherwise;
  };
  return {
    cpuMs: readCpu(),
    relayEvents: median('drain', 'relay quorum', 10_100),
    queueEvents: median('drain', 'bare quorum', 14_700),
    notifies: median('commits', 'notify alone', 10_000),
    effects: median('consumers', 'orderedBatch effects', 3_000),
    eventBytes: median('backlog', 'bytes an event in the table', 880),
    logBytes:
      median('backlog', 'bytes an event in the log, written', 1_100) +
      median('backlog', 'bytes an event in the log, sent', 1_840),
  };
}

/** What `npm run bench:inbound -- --write` has found a message to cost, by the names of the model. */
function readCpu(): Measured['cpuMs'] {
  const { cpuMsPerMessage: used } = JSON.parse(readFileSync(inboundFile, 'utf8')) as InboundRecord;
  const of = (process: string): number => used[process] ?? Number.NaN;
  return {
    'Temporal’s server': of('Temporal server'),
    workers: of('worker'),
    PostgreSQL: of('PostgreSQL'),
    API: of('api'),
    consumers: of('consumer'),
    RabbitMQ: of('RabbitMQ'),
    relays: of('relay'),
  };
}

function growthTable(figures: Measured): Table {
  const columns = factors.map((factor) => demand(factor, figures));
  const names = Object.keys(columns[0] ?? {});
  return {
    title: 'What is needed',
    head: ['', ...factors.map((factor) => `${factor.toLocaleString('en')}×`)],
    rows: names.map((name) => [name, ...columns.map((column) => column[name] ?? null)]),
    note: 'Cores: at 60 % use, from the CPU a message takes. 1× is what one machine of two cores carries with everything on it.',
  };
}

function limitTable(figures: Measured): Table {
  return {
    title: 'Which part gives first',
    head: ['part', 'gives at, messages/s', 'that is', 'why', 'then'],
    rows: limits(figures)
      .sort((one, other) => one.messages - other.messages)
      .map(({ part, messages, why, remedy }) => [
        part,
        messages,
        `${(messages / demandRate(1)).toFixed(0)}×`,
        why,
        remedy,
      ]),
    note: `Each of ${parts.join(', ')} on a machine of 16 cores of its own, used to 60 %, but for the first row.`,
  };
}

function demandRate(factor: number): number {
  return Number(demand(factor, measured)['messages/s']);
}

function ownershipTable(): Table {
  const processes = [1, 2, 4, 8, 16, 32, 64];
  const shapes = [
    { name: '100,000 aggregates, all alike', aggregates: 100_000, skew: 0 },
    { name: '10,000 aggregates, the n-th with 1/n of the first’s events', aggregates: 10_000, skew: 1 },
    { name: '500 aggregates, the n-th with 1/n of the first’s events', aggregates: 500, skew: 1 },
  ];
  return {
    title:
      'How well 64 partitions share the work of several relays: events of all relays together, by the busiest one’s limit, in relays',
    head: ['events spread over', ...processes.map(String)],
    rows: shapes.map(({ name, aggregates, skew }) => [
      name,
      ...processes.map((count) => Number((1 / busiestShare({ aggregates, skew, processes: count })).toFixed(1))),
    ]),
    note: 'Simulated with the product’s rule for fair shares; medians of 25 random spreads.',
  };
}
