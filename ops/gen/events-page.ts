// The page of all events: what each says, its fields, and how integrators see it.
import { aggregates, type CatalogueRow, eventRows } from '../../domain/catalog.ts';
import { eventSchema, versionsOf } from '../../domain/event-schema.ts';
import { possibleWebhookNames } from '../../domain/kernel/define-events.ts';
import { piiPaths } from '../../domain/kernel/pii.ts';
import { schemaFile } from './event-schemas.ts';

const introduction = `# Events

Derived from \`domain/*/events.ts\` by \`npm run gen\`; do not edit.

${'`field?`'} is optional. ${'`field*`'} is personal: sealed wherever it is stored or sent, and readable only with the person's key.
Webhooks are the names under which integrators can subscribe; "–" means that the event stays inside. The version is the one of
the data's schema, linked in its column. What causes and who takes each event is on the page \`/events\` of the running API.
`;

/** The page as Markdown. */
export function eventsPage(): string {
  const sections = Object.keys(aggregates).flatMap((aggregate) => {
    const rows = eventRows.filter((row) => row.aggregate === aggregate);
    if (rows.length === 0) return [];
    const head = '| event | version | what it says | fields | webhooks |\n| --- | --- | --- | --- | --- |';
    return `## ${aggregate}\n\n${head}\n${rows.map(lineOf).join('\n')}\n`;
  });
  return [introduction, ...sections].join('\n');
}

function lineOf(row: CatalogueRow): string {
  const names = possibleWebhookNames(row.webhooks).map(code);
  const cells = [
    code(row.type),
    versionsOf(row)
      .toReversed()
      .map((version) => linkOf(row, version))
      .join(', '),
    row.summary.replaceAll('|', '\\|'),
    fieldsOf(row).map(code).join(', '),
    names.length > 0 ? names.join(' or ') : '–',
  ];
  return `| ${cells.join(' | ')} |`;
}

function linkOf(row: CatalogueRow, version: number): string {
  const { until } = row.older?.[version - 1]?.deprecated ?? {};
  return `[v${version}](${schemaFile(row, version)})${until === undefined ? '' : ` (deprecated, until ${until})`}`;
}

function fieldsOf(row: CatalogueRow): string[] {
  const { properties, required } = eventSchema(row) as { properties: object; required?: string[] };
  const personal = new Set(piiPaths(row.data).map((path) => path.split('.')[0]));
  return Object.keys(properties).map(
    (field) => `${field}${required?.includes(field) ? '' : '?'}${personal.has(field) ? '*' : ''}`,
  );
}

const code = (text: string): string => `\`${text}\``;
