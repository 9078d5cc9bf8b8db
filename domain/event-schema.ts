// JSON Schema (2020-12) of an event's data, from the same zod schemas that check it. Personal fields carry `x-personal: true`.
import { z } from 'zod';
import type { CatalogueRow } from './catalog.ts';
import { isPii } from './kernel/pii.ts';
import { schemaOf } from './kernel/versions.ts';

/** A JSON Schema, as far as anyone here looks into it. */
export type JsonSchema = Record<string, unknown>;

/** An example of one version's data. */
export const exampleOf = (row: CatalogueRow, version: number): unknown =>
  version === row.version ? row.example : row.older?.[version - 1]?.example;

/** All versions of an event, the first one first. */
export const versionsOf = ({ version }: CatalogueRow): readonly number[] =>
  Array.from({ length: version }, (_, index) => index + 1);

/** What may be changed of a schema on its way: `onPersonal` gets that of each personal value, to fill it otherwise. */
type Options = {
  readonly target?: 'draft-2020-12' | 'draft-07';
  readonly onPersonal?: (jsonSchema: JsonSchema, zodSchema: z.ZodType) => void;
};

/** The JSON Schema of one version of an event's data, the current one if none is said. Unknown fields are allowed: optional ones may be added. */
export function eventSchema(
  row: CatalogueRow,
  version = row.version,
  { target = 'draft-2020-12', onPersonal = markPersonal }: Options = {},
): JsonSchema {
  const data = schemaOf(row, version);
  if (!data) throw new Error(`${row.type} has no version ${version}.`);
  const { $schema, ...schema } = z.toJSONSchema(data, {
    target,
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // The format says it; the pattern beside it would be a line of noise per id.
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (isPii(zodSchema)) onPersonal(jsonSchema as JsonSchema, zodSchema as unknown as z.ZodType);
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

function markPersonal(jsonSchema: JsonSchema): void {
  jsonSchema['x-personal'] = true;
}
