// `new aggregate`: something with a name that belongs to a project – events, commands, decider, table, routes, tests, and its line in every list of aggregates.
import type { Draft } from './draft.ts';
import { insertAtEnd, insertBefore, insertImport, noteAddition } from './insert.ts';
import { aggregateNames, aggregateOf, eventFiles, nextMigration, refuseTakenTable } from './project.ts';
import { apiSchemaFile, apiTest, resourceFile } from './templates/aggregate-api.ts';
import { causesFile, naiveModelFile } from './templates/aggregate-checks.ts';
import { commandsFile, deciderFile, deciderTest, eventsFile, type NewAggregate } from './templates/aggregate-domain.ts';
import { migrationFile, schemaFile, storeFile } from './templates/aggregate-storage.ts';
import { capital, nameOf, pluralOf, Refusal } from './words.ts';

/** What a person asks for. `family`: the aggregate in whose name its events are told; `plural`: where the usual one is wrong. */
export type AggregateWish = {
  readonly name: string;
  readonly family?: string | undefined;
  readonly plural?: string | undefined;
};

/** Adds an aggregate; gives what is left to do by hand. */
export function newAggregate(draft: Draft, wish: AggregateWish): readonly string[] {
  const one = readWish(draft, wish);
  addDomain(draft, one);
  addTable(draft, one);
  addApi(draft, one);
  addChecks(draft, one);
  const { name, plural } = one;
  noteAddition(
    draft,
    `- ${capital(plural.words)} (\`/v1/${plural.kebab}\`): made, renamed, deleted; names are taken once in a project.`,
  );
  return [
    `what ${name.a} is beyond its name: more events and commands (npm run new command ${name.snake}.<verb> -- --emits ${one.events}<what happened>), more columns`,
    "personal fields, if it gets any: pii() in its events and commands, 'sealed' in its store",
    'the line in CHANGELOG.md, in words that its users understand',
  ];
}

function readWish(draft: Draft, wish: AggregateWish): NewAggregate {
  const name = nameOf(wish.name, 'an aggregate');
  const plural = nameOf(wish.plural ?? pluralOf(name.snake), 'more than one of an aggregate (--plural)');
  if (plural.snake === name.snake)
    throw new Refusal(`The plural of ${name.snake} must differ from it: give another --plural.`);
  if (aggregateNames(draft).includes(name.snake))
    throw new Refusal(`There is an aggregate ${name.snake} already: choose another name.`);
  const family = wish.family === undefined ? undefined : aggregateOf(draft, wish.family).name.snake;
  const events = family === undefined ? `${name.snake}.` : `${family}.${name.snake.replace(`${family}_`, '')}_`;
  for (const happened of ['created', 'renamed', 'deleted']) {
    const taken = eventFiles(draft).get(`${events}${happened}`);
    if (taken) throw new Refusal(`${taken} has an event ${events}${happened} already: choose another name.`);
  }
  refuseTakenTable(draft, plural.snake);
  return { name, plural, events, family };
}

function addDomain(draft: Draft, one: NewAggregate): void {
  const { camel, kebab, snake } = one.name;
  const folder = `domain/${kebab}`;
  draft.create(`${folder}/events.ts`, eventsFile(one));
  draft.create(`${folder}/commands.ts`, commandsFile(one));
  draft.create(`${folder}/${kebab}.ts`, deciderFile(one));
  draft.create(`${folder}/${kebab}.test.ts`, deciderTest(one));
  const catalogue = 'domain/catalog.ts';
  const row = `  ${snake}: { decider: ${camel}, commands: ${camel}Commands, events: ${camel}Events },`;
  insertAtEnd(draft, catalogue, { open: 'export const aggregates = {', close: '\n} as const;' }, row);
  for (const [what, file] of [
    [camel, kebab],
    [`${camel}Commands`, 'commands'],
    [`${camel}Events`, 'events'],
  ])
    insertImport(draft, catalogue, `import { ${what} } from './${kebab}/${file}.ts';`);
}

function addTable(draft: Draft, one: NewAggregate): void {
  const { name, plural } = one;
  const { camel, kebab, snake } = name;
  draft.create(`db/migrations/${nextMigration(draft)}_${plural.snake}.sql`, migrationFile(one));
  draft.create(`db/schema/${plural.kebab}.ts`, schemaFile(one));
  insertImport(draft, 'db/schema/index.ts', `export * from './${plural.kebab}.ts';`);
  draft.create(`db/stores/${kebab}-store.ts`, storeFile(one));
  const list = 'db/aggregates.ts';
  const row = `  ${camel}: define({ ...catalogue.${snake}, store: ${camel}Store }),`;
  insertAtEnd(draft, list, { open: 'export const aggregates = {', close: '\n} as const;' }, row);
  insertImport(draft, list, `import { ${camel}Store } from './stores/${kebab}-store.ts';`);
}

function addApi(draft: Draft, one: NewAggregate): void {
  const { name, plural } = one;
  const { camel, kebab, snake } = name;
  const path = `/v1/${plural.kebab}`;
  draft.create(`api/schemas/${kebab}.ts`, apiSchemaFile(one));
  draft.create(`api/resources/${plural.kebab}.ts`, resourceFile(one));
  const list = 'api/resources/index.ts';
  insertAtEnd(
    draft,
    list,
    { open: 'export const resources: readonly Route[] = [', close: '\n];' },
    `  ...${camel}Routes,`,
  );
  insertImport(draft, list, `import { ${camel}Routes } from './${plural.kebab}.ts';`);
  insertBefore(
    draft,
    'api/routes.ts',
    '} as const satisfies Record<CommandType,',
    `
  '${snake}.create': post('${path}'),
  '${snake}.rename': patch('${path}/{id}'),
  '${snake}.delete': remove('${path}/{id}'),
`,
  );
  draft.create(`test/integration/api-${plural.kebab}.test.ts`, apiTest(one));
}

/** The tests that go over all aggregates: catalogue, causes, naive models, other tenants. */
function addChecks(draft: Draft, one: NewAggregate): void {
  const { name, plural } = one;
  const { camel, kebab, pascal, snake } = name;
  const add = (file: string, open: string, close: string, line: string): void =>
    insertAtEnd(draft, file, { open, close }, line);
  add(
    'test/support/producers.ts',
    'const makers: Record<AggregateType, string | null> = {',
    '\n};',
    `  ${snake}: '${snake}.create',`,
  );
  draft.create(`test/causes/${kebab}.ts`, causesFile(one));
  add('test/causes/index.ts', 'export const causes: Causes = {', '\n};', `  ...${camel}Causes,`);
  insertImport(draft, 'test/causes/index.ts', `import { ${camel}Causes } from './${kebab}.ts';`);

  draft.create(`test/simulation/naive-${plural.kebab}.ts`, naiveModelFile(one));
  const models = 'test/simulation/naive-models.ts';
  const model = snake === camel ? `  ${camel},` : `  ${snake}: ${camel},`;
  add(models, 'export const naiveModels: Readonly<Record<AggregateType, () => NaiveModel>> = {', '\n};', model);
  insertImport(draft, models, `import { ${camel} } from './naive-${plural.kebab}.ts';`);
  const life = `  ${snake}: { first: ['${snake}.create'], rare: ['${snake}.delete', '${snake}.create'] },`;
  add('test/simulation/commands.test.ts', 'const lives: Readonly<', '\n};', life);

  const seeds = 'test/support/seed-tenant.ts';
  insertBefore(draft, seeds, "    'raw-webhooks': ", `    ${quoted(plural.kebab)}: await new${pascal}(world),\n`);
  insertImport(draft, seeds, `import { new${pascal} } from '../causes/${kebab}.ts';`);
  const isolation = 'test/security/tenant-isolation.test.ts';
  add(
    isolation,
    'const bodies: Readonly<Record<string, unknown>> = {',
    '\n};',
    `  rename${pascal}: { name: 'Mallory' },`,
  );
  add(isolation, 'const tables = [', '\n];', `  '${plural.snake}',`);
}

const quoted = (key: string): string => (key.includes('-') ? `'${key}'` : key);
