// `new consumer`: its row, its handler with a read model of its own, how that is rebuilt, and its test.
import type { Draft } from './draft.ts';
import { insertAtEnd, insertImport, noteAddition } from './insert.ts';
import { aggregateNames, aggregateOf, eventFiles, nextMigration, refuseTakenTable } from './project.ts';
import { consumerTest, migrationFile, type NewConsumer, projectionFile, schemaFile } from './templates/consumer.ts';
import { capital, nameOf, Refusal } from './words.ts';

/** What a person asks for: `on` are patterns (`order.#`), or aggregates whose events it takes in their order. */
export type ConsumerWish = { readonly name: string; readonly on: readonly string[]; readonly ordered: boolean };

/** Adds a consumer; gives what is left to do by hand. */
export function newConsumer(draft: Draft, wish: ConsumerWish): readonly string[] {
  const one = readWish(draft, wish);
  const { name, model, ordered, takes } = one;
  draft.create(`db/migrations/${nextMigration(draft)}_${model.snake}.sql`, migrationFile(one));
  draft.create(`db/schema/${model.kebab}.ts`, schemaFile(one));
  insertImport(draft, 'db/schema/index.ts', `export * from './${model.kebab}.ts';`);
  const projection = `db/projections/${model.kebab}.ts`;
  draft.create(projection, projectionFile(one));

  insertAtEnd(
    draft,
    'workers/consumers/rows.ts',
    { open: 'export const consumerRows = {', close: '\n} as const satisfies Record<string, ConsumerRow>;' },
    `  ${name}: {
    name: '${name}',
    on: { ${ordered ? 'aggregates' : 'types'}: [${takes.map((one) => `'${one}'`).join(', ')}] },
    prefetch: 100,
    concurrency: 4,
    maxAttempts: 5,
    queueVersion: 1,
  },`,
  );
  const handlers = 'workers/consumers/index.ts';
  const open = 'const handlers: Record<keyof typeof consumerRows, Handlers> = {';
  insertAtEnd(draft, handlers, { open, close: '\n  };' }, `    ${name}: { handle: note${model.pascal} },`);
  insertImport(draft, handlers, `import { note${model.pascal} } from '../../${projection}';`);
  const rebuilds = 'workers/consumer-operations/rebuilds.ts';
  insertAtEnd(
    draft,
    rebuilds,
    { open: 'export const rebuilds: Readonly<Record<keyof typeof consumerRows, Rebuild>> = {', close: '\n};' },
    `  ${name}: { clear: clear${model.pascal} },`,
  );
  insertImport(draft, rebuilds, `import { clear${model.pascal} } from '../../${projection}';`);
  draft.create(`test/integration/${model.kebab}.test.ts`, consumerTest(one));
  const taken = takes.map((pattern) => `\`${pattern}\``).join(', ');
  insertAtEnd(
    draft,
    'docs/ARCHITECTURE.md',
    { open: '| consumer | takes | makes |\n', close: '\n\n' },
    `| ${name} | ${ordered ? `all of ${taken}, ordered` : taken} | \`${model.snake}\` |`,
  );
  noteAddition(draft, `- The consumer \`${name}\`, with its read model \`${model.snake}\`.`);
  return [
    `what it makes of an event: ${projection}, with the columns it needs in its migration and schema`,
    'who reads the read model: a query in db/queries and a route, or an alert',
    `names of consumers are stored for ever: ${name} is bound at every broker from the first start on`,
  ];
}

function readWish(draft: Draft, { name, on, ordered }: ConsumerWish): NewConsumer {
  const [, base] = /^([a-z]+(?:_[a-z]+)*)_consumer$/.exec(name) ?? [];
  if (base === undefined)
    throw new Refusal(`"${name}" can't name a consumer: write what it is for and _consumer, like order_consumer.`);
  if (new RegExp(`^ {2}${name}: \\{`, 'm').test(draft.text('workers/consumers/rows.ts')))
    throw new Refusal(`There is a consumer ${name} already: choose another name.`);
  if (on.length === 0) throw new Refusal("Say which events it takes: --on 'order.#', or --on order --ordered.");
  const model = nameOf(`${base}_activity`, 'a read model');
  refuseTakenTable(draft, model.snake);
  const takes = ordered ? on.map((text) => text.replace(/\.#$/, '')) : on;
  const types = [...eventFiles(draft).keys()];
  const samples = takes.map((text) => (ordered ? sampleOfAggregate(draft, text) : sampleOfPattern(types, text)));
  return {
    name,
    model,
    ordered,
    takes,
    sample: samples[0] ?? { type: '', aggregate: '' },
    title: capital(model.words),
  };
}

/** An event of an aggregate. */
function sampleOfAggregate(draft: Draft, name: string): NewConsumer['sample'] {
  if (/[#*.]/.test(name))
    throw new Refusal(
      `An ordered consumer takes whole aggregates: write --on with one of ${aggregateNames(draft).join(', ')}.`,
    );
  const { folder } = aggregateOf(draft, name);
  const type = [...eventFiles(draft)].find(([, file]) => file.startsWith(`domain/${folder}/`))?.[0];
  if (type === undefined) throw new Refusal(`${name} has no events.`);
  return { type, aggregate: name };
}

/** An event that fits a pattern. */
function sampleOfPattern(types: readonly string[], pattern: string): NewConsumer['sample'] {
  const form = /^(#|\*|[a-z_]+)(\.(#|\*|[a-z_]+))*$/;
  const words = pattern.split('.').map((word) => (word === '#' ? '[a-z_.]*' : word === '*' ? '[a-z_]+' : word));
  const type = types.find((one) =>
    new RegExp(`^${words.join('\\.').replaceAll('\\.[a-z_.]*', '(\\.[a-z_.]+)?')}$`).test(one),
  );
  if (!form.test(pattern) || type === undefined)
    throw new Refusal(
      `No event fits the pattern "${pattern}": words of an event's type, * for one word, # for any number of them.`,
    );
  return { type, aggregate: type.split('.')[0] ?? '' };
}
