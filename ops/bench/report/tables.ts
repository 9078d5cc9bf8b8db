// Tables as Markdown, on the terminal and in the docs.
import type { PartResult, Table, Target } from './result.ts';

const cell = (value: string | number | null): string =>
  value === null ? '–' : typeof value === 'number' ? value.toLocaleString('en') : value;

/** One table with its title and note. */
export function markdownTable({ title, head, rows, note }: Table): string {
  const isNumber = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  return [
    `**${title}**`,
    '',
    `| ${head.join(' | ')} |`,
    `|${isNumber.map((right) => (right ? ' ---: |' : ' --- |')).join('')}`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
    ...(note ? ['', note] : []),
  ].join('\n');
}

/** The wanted figures with what was got. */
export function targetTable(targets: readonly Target[]): Table {
  return {
    title: 'Wanted and got',
    head: ['figure', 'wanted', 'got', 'met'],
    rows: targets.map(({ what, wanted, got, met }) => [
      what,
      wanted,
      got,
      met === null ? 'not measured' : met ? 'yes' : '**no**',
    ]),
  };
}

/** A part on the terminal. */
export function printPart({ title, tables }: PartResult): void {
  console.log(`\n## ${title}\n\n${tables.map(markdownTable).join('\n\n')}\n`);
}

/** All targets on the terminal. */
export function printTargets(targets: readonly Target[]): void {
  if (targets.length > 0) console.log(`${markdownTable(targetTable(targets))}\n`);
}
