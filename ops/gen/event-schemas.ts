// JSON Schema (2020-12) of every event's data, from the same zod schemas that check it. Personal fields carry `x-personal: true`.
import { z } from 'zod';
import { type CatalogueRow, eventRows } from '../../domain/catalog.ts';
import { isPii } from '../../domain/kernel/pii.ts';

/** The file of an event's schema, under docs/generated. */
export const schemaFile = ({ type, version }: CatalogueRow): string => `schemas/${type}.v${version}.json`;

/** The JSON Schema of one event's data. Unknown fields are allowed: later versions may add optional ones. */
export function eventSchema(row: CatalogueRow): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(row.data, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // The format says it; the pattern beside it would be a line of noise per id.
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (isPii(zodSchema)) jsonSchema['x-personal'] = true;
    },
  });
  return { $schema, title: row.type, description: row.summary, ...schema, examples: [row.example] };
}

/** All schema files. */
export function eventSchemas(): Record<string, string> {
  return Object.fromEntries(
    eventRows.map((row) => [schemaFile(row), `${JSON.stringify(eventSchema(row), null, 2)}\n`]),
  );
}
