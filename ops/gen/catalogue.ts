// The catalogue as data, for the page that the API serves: each event with its fields, versions, producers, consumers and webhook names.
import type { CatalogueEntry, CatalogueField } from '../../api/event-catalogue.ts';
import { type CommandType, commandRoutes } from '../../api/routes.ts';
import { type CatalogueRow, eventRows } from '../../domain/catalog.ts';
import { eventSchema, type JsonSchema, versionsOf } from '../../domain/event-schema.ts';
import { possibleWebhookNames } from '../../domain/kernel/define-events.ts';
import { refusalOf } from '../../domain/kernel/versions.ts';
import { isOrdered, matchesPattern, patternsOf } from '../../workers/consumers/consumer.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';

/** Which commands cause which events. */
type Producers = Readonly<Record<string, readonly string[]>>;

/** The file's text; `producers` is that of theirs. */
export function catalogueFile(producers: string): string {
  const known = JSON.parse(producers) as Producers;
  return `${JSON.stringify(
    eventRows.map((row) => entryOf(row, known)),
    null,
    2,
  )}\n`;
}

function entryOf(row: CatalogueRow, producers: Producers): CatalogueEntry {
  const { type, aggregate, summary, version, timeline = null, example } = row;
  return {
    type,
    aggregate,
    summary,
    version,
    versions: versionsOf(row).map((one) => ({
      version: one,
      deprecated: row.older?.[one - 1]?.deprecated ?? null,
      untold: refusalOf(row, one) ?? null,
    })),
    fields: fieldsOf(eventSchema(row)),
    webhooks: possibleWebhookNames(row.webhooks as never),
    timeline,
    producers: Object.keys(producers)
      .filter((command) => producers[command]?.includes(type))
      .map((command) => ({ command, by: wayOf(command) })),
    consumers: allConsumerRows
      .filter((one) => patternsOf(one).some((pattern) => matchesPattern(pattern, type)))
      .map((one) => ({ name: one.name, ordered: isOrdered(one), version: one.versions?.[type] ?? version })),
    example,
  };
}

function wayOf(command: string): string {
  const at = commandRoutes[command as CommandType];
  return 'internal' in at ? at.internal : `${at.method.toUpperCase()} ${at.path}`;
}

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** The fields of a schema, each followed by those inside it. */
export function fieldsOf(schema: JsonSchema, path = '', isPersonal = false): CatalogueField[] {
  const { properties, items, required } = nonNull(schema);
  if (isObject(items)) return fieldsOf(items, `${path}[]`, isPersonal);
  if (!isObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([key, field]) => {
    if (!isObject(field)) return [];
    const name = path === '' ? key : `${path}.${key}`;
    const personal = isPersonal || nonNull(field)['x-personal'] === true;
    const own: CatalogueField = { name, type: typeOf(field), optional: !needed.includes(key), personal };
    return [own, ...fieldsOf(field, name, personal)];
  });
}

/** The schema without the choice of null. */
function nonNull(schema: JsonSchema): JsonSchema {
  const choices = choicesOf(schema).filter(({ type }) => type !== 'null');
  return choices.length === 1 ? (choices[0] ?? schema) : schema;
}

function choicesOf({ anyOf, oneOf }: JsonSchema): JsonSchema[] {
  const choices = anyOf ?? oneOf;
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}

/** A field's type in a word or two, as a programmer writes it. */
export function typeOf(schema: JsonSchema): string {
  const { type, format, items, additionalProperties, properties } = schema;
  const choices = choicesOf(schema);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' | ');
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (isObject(items)) return typeOf(items).includes(' | ') ? `(${typeOf(items)})[]` : `${typeOf(items)}[]`;
  if (Array.isArray(type)) return type.join(' | ');
  if (typeof format === 'string') return format;
  if (type === 'object' && !isObject(properties) && isObject(additionalProperties))
    return Object.keys(additionalProperties).length > 0 ? `map of ${typeOf(additionalProperties)}` : 'map';
  return typeof type === 'string' ? type : 'any JSON';
}
