// Which commands cause which events: found by running generated commands, which takes a while, so only where the catalogue has other names than the file.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type AggregateType, aggregates } from '../../domain/catalog.ts';
import { givenProducers, type Producers, producersOf, recordProducers } from '../../test/support/producers.ts';
import { projectDir } from '../stack/paths.ts';

/** The file's text; `all` looks anew at every aggregate. That it is not stale otherwise is checked by domain/catalog.test.ts. */
export function producersFile({ all }: { readonly all: boolean }): string {
  const given = existsSync(path.join(projectDir, 'docs/generated/producers.json')) ? givenProducers() : {};
  const names = Object.keys(aggregates) as AggregateType[];
  const entries = names.flatMap((name) =>
    Object.entries(all ? recordProducers(name) : isNew(name, given) ? grown(name, given) : kept(name, given)),
  );
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/** Whether an aggregate has a command that the file does not have, or an event that nothing causes there. */
function isNew(name: AggregateType, given: Producers): boolean {
  const { commands, events } = aggregates[name];
  const caused = new Set(Object.keys(commands).flatMap((command) => given[command] ?? []));
  return (
    Object.keys(commands).some((command) => !(command in given)) ||
    Object.keys(events.rows).some((type) => !caused.has(type))
  );
}

function kept(name: AggregateType, given: Producers): Producers {
  const { commands, events } = aggregates[name];
  return Object.fromEntries(
    Object.keys(commands).map((command) => [command, (given[command] ?? []).filter((type) => type in events.rows)]),
  );
}

/** What is kept, and what a quick look finds: all that domain/catalog.test.ts asks for. */
function grown(name: AggregateType, given: Producers): Producers {
  const known = kept(name, given);
  const found = Object.entries(producersOf(name));
  return Object.fromEntries(
    found.map(([command, types]) => [command, [...new Set([...types, ...(known[command] ?? [])])].sort()]),
  );
}
