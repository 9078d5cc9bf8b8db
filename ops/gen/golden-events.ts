// Golden events: one stored sample of every version of every event, written once and never changed; readers have to understand them for ever.
import { eventRows } from '../../domain/catalog.ts';
import { exampleOf, versionsOf } from '../../domain/event-schema.ts';

/** The folder of the samples, seen from docs/generated. */
export const goldenFolder = '../../test/fixtures/events';

/** The samples there have to be, by file: what a new version's is written with. */
export function goldenEvents(): Record<string, string> {
  return Object.fromEntries(
    eventRows.flatMap((row) =>
      versionsOf(row).map((version) => [
        `${goldenFolder}/${row.type}.v${version}.json`,
        `${JSON.stringify({ type: row.type, version, data: exampleOf(row, version) }, null, 2)}\n`,
      ]),
    ),
  );
}
