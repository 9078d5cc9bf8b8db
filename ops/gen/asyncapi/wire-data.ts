// An event's data as it stands on the wire: every personal value is a sealed text there. Its JSON Schema (draft 7, AsyncAPI's own) and an example.
import type { z } from 'zod';
import type { CatalogueRow } from '../../../domain/catalog.ts';
import { eventSchema, exampleOf, type JsonSchema } from '../../../domain/event-schema.ts';
import { mapPii } from '../../../domain/kernel/pii.ts';
import { schemaOf } from '../../../domain/kernel/versions.ts';
import { sealedPattern } from '../../../platform/crypto/sealed.ts';

/** Where the schema of a sealed text stands in the document. */
export const sealedRef = '#/components/schemas/sealed';

/** A personal value on the wire. */
export const sealedSchema: JsonSchema = {
  title: 'Sealed value',
  description:
    'A personal value, sealed with the key of its person: `enc:v1:<subject>:<AES-256-GCM of its JSON>`. Without that key it can only be passed on; once the key is destroyed nobody can read it any more.',
  type: 'string',
  pattern: sealedPattern,
  'x-personal': true,
};

/** Stands in examples for a sealed value; nobody can open it. */
const someSealed = `enc:v1:018f5a10-0000-7000-8000-000000000001:${Buffer.from('an example that nobody can ever open again').toString('base64url')}`;

/** The schema of one version's data as it is sent. */
export function wireSchema(row: CatalogueRow, version: number): JsonSchema {
  const { $schema: _, examples: __, ...schema } = eventSchema(row, version, { target: 'draft-07', onPersonal: seal });
  return schema;
}

function seal(jsonSchema: JsonSchema, opened: z.ZodType): void {
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  // Nothing is not sealed.
  if (opened.safeParse(null).success) Object.assign(jsonSchema, { anyOf: [{ $ref: sealedRef }, { type: 'null' }] });
  else jsonSchema['$ref'] = sealedRef;
}

/** An example of one version's data as it is sent. */
export function wireExample(row: CatalogueRow, version: number): unknown {
  return mapPii(schemaOf(row, version) ?? row.data, exampleOf(row, version), () => someSealed);
}
