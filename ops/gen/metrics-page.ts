// The page of all metrics: what each says, its labels and unit, and which process serves it.
import { type CatalogueRow, metricCatalogue, processNames } from '../monitoring/catalogue.ts';
import { metricLabels } from '../monitoring/labels.ts';

const introduction = `# Metrics

Derived from the functions that define them, by \`npm run gen\`; do not edit.

Each process serves its own at \`/metrics\`, for Prometheus. Every figure has the label \`process\` besides its own. A histogram \`x\` has the series \`x_bucket\` (with
\`le\`), \`x_sum\` and \`x_count\`. What a process can't find out just now is not shown; 0 means 0. All processes also have the usual \`process_*\` and \`nodejs_*\` figures (memory,
CPU, event loop). Alerts and dashboard are in \`ops/monitoring\`; what to do is in [the runbook](../runbook.md#alerts).
`;

const subjects: Readonly<Record<string, string>> = {
  dependency: 'Every process',
  database: 'Connections to the database',
  listener: 'The bell',
  http: 'API',
  intake: 'Intake of gateway events',
  gateway: 'Short path of gateway events',
  sagas: 'Sagas',
  outbox: 'Outbox',
  relay: 'Relay',
  consumer: 'Consumers',
  projection: 'Projections',
  operator: "Operators' requests",
};

/** The page as Markdown. Throws when a metric belongs to no subject. */
export function metricsPage(): string {
  const rows = metricCatalogue();
  for (const { name } of rows) if (!(subjectOf(name) in subjects)) throw new Error(`${name}: give it a section here.`);
  const sections = Object.entries(subjects).map(([subject, title]) => {
    const lines = rows.filter(({ name }) => subjectOf(name) === subject).map(lineOf);
    const head = '| metric | type | labels | unit | processes | says |\n| --- | --- | --- | --- | --- | --- |';
    return `## ${title}\n\n${head}\n${lines.join('\n')}\n`;
  });
  const labels = Object.entries(metricLabels).map(([label, { says }]) => `| ${code(label)} | ${says} |`);
  return [
    introduction,
    ...sections,
    `## Labels\n\nFew values each, never an id of a person, a chat or an event.\n\n| label | says |\n| --- | --- |\n${labels.join('\n')}\n`,
  ].join('\n');
}

const subjectOf = (name: string): string => name.split('_')[1] ?? '';

function lineOf({ name, type, labels, unit, processes, help, buckets }: CatalogueRow): string {
  const range = buckets ? ` (buckets ${buckets[0]} to ${buckets.at(-1)})` : '';
  const who = processes.length === processNames.length ? 'all' : processes.join(', ');
  return `| ${[code(name), type, labels.map(code).join(', '), `${unit}${range}`, who, help.replaceAll('|', '\\|')].join(' | ')} |`;
}

const code = (text: string): string => `\`${text}\``;
