// What a scaffold has to know of the project: its aggregates, events and commands, read from the text of its files, so that it takes no time and no build.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Draft } from './draft.ts';
import { type Name, nameOf, Refusal } from './words.ts';

/** An aggregate as the catalogue lists it. `folder` below domain/, `idField` of its events: `chatId`. */
export type Aggregate = {
  readonly name: Name;
  readonly folder: string;
  readonly decider: string;
  readonly commands: string;
  readonly idField: string;
};

const catalogue = 'domain/catalog.ts';

/** All aggregates' names, as they stand in the catalogue. */
export function aggregateNames(draft: Draft): readonly string[] {
  return rowsOf(draft).map(({ name }) => name);
}

/** One aggregate; refuses when there is none of this name, and says which there are. */
export function aggregateOf(draft: Draft, name: string): Aggregate {
  const row = rowsOf(draft).find((one) => one.name === name);
  if (!row) throw new Refusal(`There is no aggregate ${name}. There are: ${aggregateNames(draft).join(', ')}.`);
  const at = new RegExp(`import \\{[^}]*\\b${row.decider}\\b[^}]*\\} from '\\./([\\w-]+)/([\\w-]+)\\.ts'`).exec(
    draft.text(catalogue),
  );
  if (!at?.[1]) throw new Refusal(`${catalogue} imports the decider of ${name} otherwise than expected.`);
  const folder = at[1];
  const text = sourcesIn(draft, `domain/${folder}`)
    .map((file) => draft.text(file))
    .join('\n');
  const known = /\b(\w+Id)(?: =|:) state\.id\b/.exec(text)?.[1];
  const aggregate = nameOf(name, 'an aggregate');
  return {
    name: aggregate,
    folder,
    decider: row.decider,
    commands: row.commands,
    idField: known ?? `${aggregate.camel}Id`,
  };
}

function rowsOf(
  draft: Draft,
): readonly { readonly name: string; readonly decider: string; readonly commands: string }[] {
  const rows = draft
    .text(catalogue)
    .matchAll(/^ {2}(\w+): \{\s+decider: (\w+),\s+commands: (\w+),\s+events: \w+,?\s+\},$/gm);
  return [...rows].map(([, name = '', decider = '', commands = '']) => ({ name, decider, commands }));
}

/** The types of all events, sorted, each with the file of its row. */
export function eventFiles(draft: Draft): ReadonlyMap<string, string> {
  const files = [...subfolders(draft, 'domain')].flatMap((folder) => sourcesIn(draft, folder));
  return new Map(
    files
      .flatMap((file) =>
        [...draft.text(file).matchAll(/^ +'([a-z_.]+)': event\(/gm)].map(([, type = '']) => [type, file] as const),
      )
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The commands of an aggregate, as `api/routes.ts` lists them, with the path where they have one. */
export function commandsOf(draft: Draft, aggregate: string): ReadonlyMap<string, string | undefined> {
  const lines = draft
    .text('api/routes.ts')
    .matchAll(new RegExp(`^ {2}'(${aggregate}\\.[\\w.]+)':\\s*\\w+\\(\\s*(?:'(/v1/[^']*)')?`, 'gm'));
  return new Map([...lines].map(([, type = '', at]) => [type, at]));
}

/** The next free number of a migration, four digits. */
export function nextMigration(draft: Draft): string {
  const numbers = filesIn(draft, 'db/migrations').map((file) => Number.parseInt(path.basename(file), 10));
  return String(Math.max(0, ...numbers.filter(Number.isInteger)) + 1).padStart(4, '0');
}

/** Refuses when a migration makes a table of this name. */
export function refuseTakenTable(draft: Draft, table: string): void {
  const taken = filesIn(draft, 'db/migrations').find((file) =>
    new RegExp(`create table ${table}\\b`).test(draft.text(file)),
  );
  if (taken) throw new Refusal(`${taken} makes a table ${table} already: choose another name.`);
}

/** The TypeScript files right in a folder, without tests. */
export function sourcesIn(draft: Draft, folder: string): readonly string[] {
  return filesIn(draft, folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

/** Files on disk and in the draft. */
function filesIn(draft: Draft, folder: string): readonly string[] {
  const there = draft.has(folder)
    ? readdirSync(path.join(draft.root, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${folder}/${entry.name}`)
    : [];
  const planned = draft.files().flatMap(({ file }) => (path.posix.dirname(file) === folder ? [file] : []));
  return [...new Set([...there, ...planned])].sort();
}

function subfolders(draft: Draft, folder: string): ReadonlySet<string> {
  const there = readdirSync(path.join(draft.root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);
  const planned = draft
    .files()
    .map(({ file }) => path.posix.dirname(file))
    .filter((name) => path.posix.dirname(name) === folder);
  return new Set([...there, ...planned].sort());
}
