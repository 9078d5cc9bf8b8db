// The files of the JSON Schemas: one for every version of every event's data.
import { type CatalogueRow, eventRows } from '../../domain/catalog.ts';
import { eventSchema, versionsOf } from '../../domain/event-schema.ts';
import { releasedFile, releasedVersions } from './released-versions.ts';

/** The file of the schema of one version of an event, under docs/generated. */
export const schemaFile = ({ type }: CatalogueRow, version: number): string => `schemas/${type}.v${version}.json`;

/** All schema files, and the index of what was released. */
export function eventSchemas(): Record<string, string> {
  const schemas = Object.fromEntries(
    eventRows.flatMap((row) =>
      versionsOf(row).map((version) => [
        schemaFile(row, version),
        `${JSON.stringify(eventSchema(row, version), null, 2)}\n`,
      ]),
    ),
  );
  return { ...schemas, [releasedFile]: releasedVersions(schemas) };
}
