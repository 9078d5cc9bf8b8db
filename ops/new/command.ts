// `new command`: its schema, what its decider makes of it, its route, its test, and with it the event that it tells, if that is not there yet.

import { addCause } from './cause.ts';
import type { Draft } from './draft.ts';
import { addEvent } from './event.ts';
import { type Field, fieldsOfRow, readFields } from './fields.ts';
import { insertAtEnd, insertCase, needImports } from './insert.ts';
import { type Aggregate, aggregateOf, commandsOf, eventFiles } from './project.ts';
import { addRoute, internalRoute } from './route.ts';
import { commandTest } from './templates/command-test.ts';
import { Refusal } from './words.ts';

/** What a person asks for. `internal`: who runs it, where no person does; else it gets a route that needs `scope`. */
export type CommandWish = {
  readonly type: string;
  readonly emits?: string | undefined;
  readonly fields: readonly string[];
  readonly internal?: string | undefined;
  readonly scope?: string | undefined;
  readonly summary?: string | undefined;
};

/** Adds a command; gives what is left to do by hand. */
export function newCommand(draft: Draft, wish: CommandWish): readonly string[] {
  const { type, emits } = wish;
  const [prefix = '', verb = '', ...more] = type.split('.');
  if (!/^[a-z]+(_[a-z]+)*$/.test(verb) || more.length > 0)
    throw new Refusal(`"${type}" can't name a command: write the aggregate, a dot and a verb, like order.place.`);
  const aggregate = aggregateOf(draft, prefix);
  if (commandsOf(draft, prefix).has(type))
    throw new Refusal(`There is a command ${type} already: choose another verb.`);
  if (emits === undefined)
    throw new Refusal(
      `Say which event it tells: --emits ${prefix}.<what happened>. A command that tells nothing is none.`,
    );
  const { fields, moments } = emittedFields(draft, aggregate, { ...wish, emits });
  const about = { type, verb, emits, aggregate, fields, maker: makerOf(draft, prefix) };

  const file = `domain/${aggregate.folder}/commands.ts`;
  const schema = `z.object({${fields.map((field) => ` ${field.name}: ${field.schema}`).join(',')} })`;
  const line = `  '${type}': ${fields.length === 0 ? 'z.object({})' : schema},`;
  insertAtEnd(draft, file, { open: `export const ${aggregate.commands} = defineCommands({`, close: '\n});' }, line);
  needImports(draft, file, [...new Set(fields.flatMap((field) => field.fields))], '../kernel/fields.ts');
  if (fields.some(({ isPersonal }) => isPersonal)) needImports(draft, file, ['pii'], '../kernel/pii.ts');

  addDecision(draft, about, moments);
  draft.create(`domain/${aggregate.folder}/${verb.replaceAll('_', '-')}.test.ts`, commandTest(about));
  if (wish.internal !== undefined) internalRoute(draft, aggregate, type, wish.internal);
  else addRoute(draft, about, { scope: wish.scope, summary: wish.summary });
  const isCaused = addCause(draft, about, wish.internal);
  return [
    `the rules: when ${type} does nothing or is refused (its case in \`decide\`), each with a test in domain/${aggregate.folder}`,
    ...(isCaused
      ? []
      : [`how ${emits} comes about, in test/causes: what makes ${aggregate.name.a} there is not of the usual form`]),
    ...(wish.internal === undefined ? ['a line in CHANGELOG.md: a route is something that users notice'] : []),
  ];
}

/** What the command carries, and the moments that its event notes: of the event that is there, or of the one that is made now. */
function emittedFields(
  draft: Draft,
  aggregate: Aggregate,
  { emits, fields: words, type }: CommandWish & { readonly emits: string },
): { readonly fields: readonly Field[]; readonly moments: readonly string[] } {
  if (!eventFiles(draft).has(emits)) addEvent(draft, aggregate, { type: emits, fields: readFields(words) });
  else if (words.length > 0)
    throw new Refusal(`${emits} is there already and says what ${type} carries: leave ${words.join(' ')} out.`);
  const file = `domain/${aggregate.folder}/events.ts`;
  const rows = draft.text(file).split(/^ +(?=')/m);
  const row = rows.find((one) => one.startsWith(`'${emits}': event(`));
  if (row === undefined) throw new Refusal(`${emits} is no event of ${aggregate.name.a}: ${file} has no such row.`);
  const fields = fieldsOfRow(row, aggregate.idField);
  if (!fields)
    throw new Refusal(`${file}: the data of ${emits} are more than simple fields; write the command by hand.`);
  return { fields, moments: [...row.matchAll(/\b(\w+At): at\b/g)].map(([, name = '']) => name) };
}

/** The command that makes an aggregate, as the simulation knows it. */
export function makerOf(draft: Draft, aggregate: string): string {
  const file = 'test/simulation/commands.test.ts';
  const maker = new RegExp(`^ {2}${aggregate}: \\{\\s*first: \\['([\\w.]+)'`, 'm').exec(draft.text(file))?.[1];
  if (maker === undefined)
    throw new Refusal(
      `${file} names no command that makes ${aggregate}: it is made beside another aggregate. Write this by hand.`,
    );
  return maker;
}

function addDecision(
  draft: Draft,
  { type, emits, aggregate, fields }: { type: string; emits: string; aggregate: Aggregate; fields: readonly Field[] },
  moments: readonly string[],
): void {
  const file = `domain/${aggregate.folder}/${aggregate.folder}.ts`;
  const text = draft.text(file);
  const functions = [...text.matchAll(/^function (decide\w*)\(\s*command: [^\n]*?(?:\n[^\n]*?)??state: /gm)].map(
    ([, name = '']) => name,
  );
  const bodyOf = (name: string): string => text.slice(text.indexOf(`function ${name}(`)).split('\n}\n')[0] ?? '';
  const name = functions.find((one) => bodyOf(one).includes('  switch (command.type) {'));
  if (name === undefined || !bodyOf('decide').includes('createdAt === null'))
    throw new Refusal(
      `${file} decides in a form of its own (expected: what is not there is refused, then switch (command.type)): write the command by hand.`,
    );
  const data = [
    `${aggregate.idField}: state.id`,
    ...(fields.length > 0 ? ['...command.data'] : []),
    ...moments
      .filter((moment) => !fields.some((field) => field.name === moment))
      .map((moment) => `${moment}: command.at`),
  ];
  insertCase(
    draft,
    file,
    { name, subject: 'command.type' },
    `    case '${type}':\n      return [{ type: '${emits}', data: { ${data.join(', ')} } }];`,
  );
}
