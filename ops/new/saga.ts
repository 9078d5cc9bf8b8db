// `new saga`: a workflow whose steps are commands to one thing, each with its undo – activities, names, start, tests, the ways of its recorded histories, docs.

import { makerOf } from './command.ts';
import type { Draft } from './draft.ts';
import { insertAfter, insertAtEnd, insertBefore, insertImport, needImports, noteAddition } from './insert.ts';
import { type Aggregate, aggregateOf, commandsOf, eventFiles } from './project.ts';
import { activitiesFile, type NewSaga, namesInput, type SagaStep, startRow, workflowFile } from './templates/saga.ts';
import { changeRow, sagaTest, startFile, waysFile } from './templates/saga-tests.ts';
import { camelNameOf, Refusal } from './words.ts';

/** What a person asks for. `on`: the event that starts it; `about`: the aggregate it is about, where no event starts it; `steps`: `reserve:release`, a command and its undo. */
export type SagaWish = {
  readonly name: string;
  readonly on?: string | undefined;
  readonly about?: string | undefined;
  readonly steps: readonly string[];
};

const names = 'workflows/names.ts';

/** Adds a saga; gives what is left to do by hand. */
export function newSaga(draft: Draft, wish: SagaWish): readonly string[] {
  const saga = readWish(draft, wish);
  addWorkflow(draft, saga);
  addActivities(draft, saga);
  if (saga.on !== undefined) addStart(draft, saga);
  addTests(draft, saga);
  addDocs(draft, saga);
  const { camel, kebab } = saga.name;
  return [
    `its histories: npm run histories -- ${camel} (until they are recorded, test/workflows/histories.test.ts is red)`,
    `how long it may take: timeoutMs in workflows/${kebab}.ts; steps that call out get an activity of their own kind (workflows/activity-options.ts)`,
    ...(saga.on === undefined ? [`what starts it: a row in workers/consumers/start-workflows.ts, or a route`] : []),
  ];
}

function readWish(draft: Draft, { name: text, on, about, steps }: SagaWish): NewSaga {
  const name = camelNameOf(text, 'a saga');
  if (new RegExp(`^ {2}${name.camel}: '`, 'm').test(draft.text(names)))
    throw new Refusal(`There is a workflow ${name.camel} already: choose another name.`);
  const aggregate = subjectOf(draft, on, about);
  if (steps.length === 0)
    throw new Refusal(
      `Say its steps: --steps reserve:release,ship – commands of ${aggregate.name.snake}, each with the one that undoes it.`,
    );
  const all = steps.map((step) => readStep(draft, aggregate, step));
  const twice = all.find(({ name }, index) => all.findIndex((one) => one.name === name) !== index);
  if (twice) throw new Refusal(`The step ${twice.name} is named twice: each is taken once.`);
  const maker = makerOf(draft, aggregate.name.snake);
  const [, row = ''] = draft.text(`domain/${aggregate.folder}/commands.ts`).split(`'${maker}':`);
  const given = row.split(/^ {2}\}\),$|^ {2}'/m)[0] ?? '';
  const texts = ['name', 'externalId'].filter((text) => new RegExp(`\\b${text}: `).test(given));
  return { name, aggregate, on, steps: all, maker, texts };
}

function subjectOf(draft: Draft, on: string | undefined, about: string | undefined): Aggregate {
  if (on === undefined && about === undefined)
    throw new Refusal('Say what starts it (--on order.placed), or at least what it is about (--about order).');
  if (on === undefined) return aggregateOf(draft, about ?? '');
  const file = eventFiles(draft).get(on);
  if (!file) throw new Refusal(`There is no event ${on}: npm run new event ${on} makes one.`);
  const owner = [...draft.text('domain/catalog.ts').matchAll(/^ {2}(\w+): \{\s+decider:/gm)]
    .map(([, one = '']) => aggregateOf(draft, one))
    .find(({ folder }) => file.startsWith(`domain/${folder}/`));
  if (!owner) throw new Refusal(`${file} belongs to no aggregate of the catalogue.`);
  if (about !== undefined && about !== owner.name.snake)
    throw new Refusal(`${on} is told of ${owner.name.a}: leave --about out, or choose another event.`);
  return owner;
}

function readStep(draft: Draft, aggregate: Aggregate, text: string): SagaStep {
  const [, verb = '', undo] = /^([a-z]+(?:_[a-z]+)*)(?::([a-z]+(?:_[a-z]+)*))?$/.exec(text) ?? [];
  if (verb === '')
    throw new Refusal(
      `"${text}" is no step: write a command's verb, and behind a colon the one that undoes it, like reserve:release.`,
    );
  if (verb === 'finish') throw new Refusal('"finish" is the last step of every saga: name yours otherwise.');
  const known = commandsOf(draft, aggregate.name.snake);
  const commands = draft.text(`domain/${aggregate.folder}/commands.ts`);
  for (const one of [verb, ...(undo ? [undo] : [])]) {
    const type = `${aggregate.name.snake}.${one}`;
    if (!known.has(type))
      throw new Refusal(
        `There is no command ${type}: make it first, npm run new command ${type} -- --emits ${aggregate.name.snake}.<what happened> --internal "a step of a saga".`,
      );
    if (!commands.includes(`'${type}': z.object({}),`))
      throw new Refusal(
        `${type} carries data: only commands without any can be steps of a new saga. Write this step by hand.`,
      );
  }
  return { name: verb, undo };
}

function addWorkflow(draft: Draft, saga: NewSaga): void {
  const { camel, pascal, kebab } = saga.name;
  draft.create(`workflows/${kebab}.ts`, workflowFile(saga));
  insertImport(draft, 'workflows/index.ts', `export { ${camel} } from './${kebab}.ts';`);
  insertAtEnd(
    draft,
    names,
    { open: 'export const workflowNames = {', close: '\n} as const;' },
    `  ${camel}: '${camel}',`,
  );
  insertBefore(draft, names, '\nconst key = (name: string)', `export const ${camel}SagaType = '${pascal}';\n`);
  insertBefore(draft, names, "/** The header that carries a saga's metadata", namesInput(saga));
}

function addActivities(draft: Draft, saga: NewSaga): void {
  const { camel, pascal, kebab } = saga.name;
  const file = `activities/${kebab}-activities.ts`;
  draft.create(file, activitiesFile(saga));
  const list = 'activities/create-activities.ts';
  insertAtEnd(
    draft,
    list,
    { open: '  return together(', close: '\n  );' },
    `    create${pascal}Activities(database, onSaga),`,
  );
  insertImport(draft, list, `import { create${pascal}Activities } from './${kebab}-activities.ts';`);
  const openWork = 'workers/temporal/open-work.ts';
  insertAfter(draft, openWork, 'const sagaTypes = [', `${camel}SagaType, `);
  needImports(draft, openWork, [`${camel}SagaType`], '../../workflows/names.ts');
}

function addStart(draft: Draft, saga: NewSaga): void {
  const { camel, pascal } = saga.name;
  const file = 'workers/consumers/start-workflows.ts';
  insertAtEnd(draft, file, { open: 'const workflowRows: readonly WorkflowRow[] = [', close: '\n];' }, startRow(saga));
  needImports(draft, file, [`type ${pascal}Input`, `${camel}SagaType`], '../../workflows/names.ts');
  needImports(draft, file, ['derivedId'], '../../platform/clock.ts');
}

function addTests(draft: Draft, saga: NewSaga): void {
  const { camel, kebab } = saga.name;
  draft.create(`test/support/start-${kebab}.ts`, startFile(saga));
  draft.create(`test/workflows/${kebab}.test.ts`, sagaTest(saga));
  draft.create(`test/support/histories/${kebab}-ways.ts`, waysFile(saga));
  const recorder = 'test/support/histories/record-histories.ts';
  const open = 'const waysOf: Readonly<Record<keyof typeof workflowNames, Ways>> = {';
  insertAtEnd(draft, recorder, { open, close: '\n};' }, `  ${camel}: ${camel}Ways,`);
  insertImport(draft, recorder, `import { ${camel}Ways } from './${kebab}-ways.ts';`);
  const replays = 'test/workflows/histories.test.ts';
  insertAtEnd(
    draft,
    replays,
    { open: 'const changes: Readonly<Record<string, Change>> = {', close: '\n};' },
    changeRow(saga),
  );
  // Each of its ways but the straight one turns back.
  const turned = `...recordedOf('${camel}').filter((name) => name !== '${camel}/completed'),`;
  insertAfter(draft, replays, '      ...gatewayEventsStopped,\n', `      ${turned}\n`);
}

function addDocs(draft: Draft, { name, aggregate, on, steps }: NewSaga): void {
  const { snake } = aggregate.name;
  const rows = steps.map(
    ({ name: verb, undo }) => `| ${verb} | \`${snake}.${verb}\` | ${undo ? `\`${snake}.${undo}\` ` : ''}|`,
  );
  const start = on === undefined ? '' : `, started by \`${on}\``;
  insertBefore(
    draft,
    'docs/ARCHITECTURE.md',
    'The other workflows: ',
    `**The saga ${name.pascal}** (\`workflows/${name.kebab}.ts\`)${start}, about ${aggregate.name.a}:

| step | does | undo |
| --- | --- | --- |
${rows.join('\n')}
| finish | says completed: the point of no return | |

`,
  );
  const from = on === undefined ? '' : `, from \`${on}\` on`;
  const verbs = steps.map(({ name: verb }) => verb).join(', ');
  noteAddition(draft, `- The saga ${name.pascal}: ${verbs}${from}; undone in reverse order when it can't be finished.`);
}
