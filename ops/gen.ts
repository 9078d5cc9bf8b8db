// Writes what derives from the tables: docs/generated, the dashboard, the client's types and new golden events; `--check` writes nothing and fails when a file is stale,
// naming it. Both refuse a change of an event's data that its readers would stumble over (ops/gen/compatibility.ts). `--producers` looks anew for what
// causes each event.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../api/openapi.ts';
import { asyncApiDocument } from './gen/asyncapi/document.ts';
import { bindingsFile } from './gen/bindings.ts';
import { catalogueFile } from './gen/catalogue.ts';
import { clientTypes } from './gen/client-types.ts';
import { gateProblems } from './gen/compatibility.ts';
import { eventSchemas } from './gen/event-schemas.ts';
import { eventsPage } from './gen/events-page.ts';
import { goldenEvents, goldenFolder } from './gen/golden-events.ts';
import { metricsPage } from './gen/metrics-page.ts';
import { producersFile } from './gen/producers.ts';
import { releasedFile, releaseProblems } from './gen/released-versions.ts';
import { sagasPage } from './gen/sagas-page.ts';
import { dashboardFile } from './monitoring/dashboard.ts';

/** Derived files: path under docs/generated → text. A generator owns the folders it lists: what else lies there is stale. */
type Generator = { readonly files: () => Readonly<Record<string, string>>; readonly folders: readonly string[] };

const asJson = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
const producers = producersFile({ all: process.argv.includes('--producers') });

const generators: readonly Generator[] = [
  { files: () => ({ 'events.md': eventsPage() }), folders: [] },
  { files: () => ({ 'metrics.md': metricsPage() }), folders: [] },
  { files: () => ({ '../sagas.md': sagasPage() }), folders: [] },
  { files: () => ({ '../../ops/monitoring/dashboard.json': dashboardFile() }), folders: [] },
  { files: bindingsFile, folders: [] },
  { files: eventSchemas, folders: ['schemas'] },
  { files: () => ({ 'producers.json': producers, 'catalogue.json': catalogueFile(producers) }), folders: [] },
  { files: () => ({ 'asyncapi.json': asJson(asyncApiDocument()) }), folders: [] },
  {
    files: () => {
      const document = openApiDocument();
      return { 'openapi.json': asJson(document), '../../client/api-types.ts': clientTypes(document) };
    },
    folders: [],
  },
];

const root = fileURLToPath(new URL('../docs/generated/', import.meta.url));
const shown = (path: string): string => posix.join('docs/generated', path);

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  await mkdir(join(root, folder), { recursive: true });
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const wanted = new Map(generators.flatMap(({ files }) => Object.entries(files())));
const golden = new Map(Object.entries(goldenEvents()));
const present = (await Promise.all(generators.flatMap(({ folders }) => folders).map(filesIn))).flat();
const leftOver = present.filter((path) => !wanted.has(path));
const stale: string[] = [];
for (const [path, text] of wanted) if ((await textOf(path)) !== text) stale.push(path);
for (const path of golden.keys()) if ((await textOf(path)) === undefined) stale.push(path);

const schemaTexts = new Map<string, string>();
for (const path of present)
  if (path.startsWith('schemas/') && path !== releasedFile) schemaTexts.set(path, (await textOf(path)) ?? '');
const refused = releaseProblems({
  index: await textOf(releasedFile),
  schemas: schemaTexts,
  samples: (await filesIn(goldenFolder)).map((path) => posix.basename(path, '.json')),
});
for (const [path, before] of schemaTexts)
  if (wanted.get(path) !== before) refused.push(...gateProblems(path, before, wanted.get(path)));

if (refused.length > 0) {
  for (const problem of refused) console.error(problem);
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${shown(path)} is stale: run \`npm run gen\` and commit it.`);
  for (const path of leftOver) console.error(`${shown(path)} belongs to nothing any more: run \`npm run gen\`.`);
  if (stale.length + leftOver.length > 0) process.exitCode = 1;
  else console.log(`${wanted.size + golden.size} derived files are up to date.`);
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), wanted.get(path) ?? golden.get(path) ?? '');
  }
  for (const path of leftOver) await rm(join(root, path));
  console.log(`${wanted.size + golden.size} derived files: ${stale.length} written, ${leftOver.length} removed.`);
}
