// JSON Schema (2020-12) of every version of every event's data, from the same zod schemas that check it. Personal fields carry `x-personal: true`.
import { z } from 'zod';
import { type CatalogueRow, eventRows } from '../../domain/catalog.ts';
import { isPii } from '../../domain/kernel/pii.ts';
import { schemaOf } from '../../domain/kernel/versions.ts';

/** The file of the schema of one version of an event, under docs/generated. */
export const schemaFile = ({ type }: CatalogueRow, version: number): string => `schemas/${type}.v${version}.json`;

/** An example of one version's data. */
export const exampleOf = (row: CatalogueRow, version: number): unknown =>
  version === row.version ? row.example : row.older?.[version - 1]?.example;

/** All versions of an event, the first one first. */
export const versionsOf = ({ version }: CatalogueRow): readonly number[] =>
  Array.from({ length: version }, (_, index) => index + 1);

/** The JSON Schema of one version of an event's data, the current one if none is said. Unknown fields are allowed: optional ones may be added. */
export function eventSchema(row: CatalogueRow, version = row.version): Record<string, unknown> {
  const data = schemaOf(row, version);
  if (!data) throw new Error(`${row.type} has no version ${version}.`);
  const { $schema, ...schema } = z.toJSONSchema(data, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // The format says it; the pattern beside it would be a line of noise per id.
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (isPii(zodSchema)) jsonSchema['x-personal'] = true;
    },
  });
  const old = row.older?.[version - 1]?.deprecated;
  return {
    $schema,
    title: row.type,
    description: row.summary,
    ...(old && { deprecated: true, 'x-deprecated-since': old.since, 'x-deprecated-until': old.until }),
    ...schema,
    examples: [exampleOf(row, version)],
  };
}

/** All schema files. */
export function eventSchemas(): Record<string, string> {
  return Object.fromEntries(
    eventRows.flatMap((row) =>
      versionsOf(row).map((version) => [
        schemaFile(row, version),
        `${JSON.stringify(eventSchema(row, version), null, 2)}\n`,
      ]),
    ),
  );
}
