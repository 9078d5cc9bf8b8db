// Reads the words of `npm run new` and drafts what they ask for; nothing is written here. Refusals say what to change.
import { parseArgs } from 'node:util';
import { newAggregate } from './aggregate.ts';
import { newCommand } from './command.ts';
import { newConsumer } from './consumer.ts';
import { type Draft, draftOf } from './draft.ts';
import { newEvent } from './event.ts';
import { newSaga } from './saga.ts';
import { Refusal } from './words.ts';

export const usage = `usage: npm run new <what> <name> [fields] [-- options]
  event <aggregate.happened> [fields]      a row of the catalogue, and its case in \`evolve\`
      --aggregate <name>                   whose it is, where its name does not begin with it
      --summary "<sentence>"
  command <aggregate.verb> [fields] -- --emits <event>
                                           its schema, its case in \`decide\`, its route, a test; the event too, if it is not there yet
      --internal "<who runs it>"           no route: a saga or an integration runs it
      --scope write|send|admin  --summary "<what it does>"
  aggregate <name>                         something with a name in a project: made, renamed, deleted; table, routes, tests
      --family <aggregate>                 its events are told in the name of another one
      --plural <name>
  consumer <name>_consumer -- --on <pattern>…  a row, a handler with a read model, how it is rebuilt, a test
      --ordered                            --on names aggregates, whose events it takes in their order
  saga <nameLikeThis> -- --steps <verb>[:<undo>],… (--on <event> | --about <aggregate>)
                                           a workflow whose steps are commands to one thing, its activities, start, tests
fields: name:text, name:count, name:flag, name:moment, name:id; * behind it: personal, ?: may be left out (in quotes for the shell)
--dry-run writes nothing and says what it would write. Options need the -- of npm before them.`;

/** What a scaffold would write, and what is left to do by hand. */
export type Scaffold = { readonly draft: Draft; readonly left: readonly string[]; readonly isDry: boolean };

const options = {
  aggregate: { type: 'string' },
  summary: { type: 'string' },
  emits: { type: 'string' },
  internal: { type: 'string' },
  scope: { type: 'string' },
  family: { type: 'string' },
  plural: { type: 'string' },
  on: { type: 'string', multiple: true },
  ordered: { type: 'boolean' },
  about: { type: 'string' },
  steps: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

const words = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options });
type Values = ReturnType<typeof words>['values'];

const parts = (text: string): string[] => text.split(',').filter((part) => part !== '');

type Kind = {
  /** The options that it takes. */
  readonly takes: readonly (keyof Values)[];
  readonly takesFields?: boolean;
  readonly make: (draft: Draft, name: string, fields: readonly string[], values: Values) => readonly string[];
};

const kinds: Readonly<Record<string, Kind>> = {
  event: {
    takes: ['aggregate', 'summary'],
    takesFields: true,
    make: (draft, type, fields, { aggregate, summary }) => newEvent(draft, { type, fields, aggregate, summary }),
  },
  command: {
    takes: ['emits', 'internal', 'scope', 'summary'],
    takesFields: true,
    make: (draft, type, fields, { emits, internal, scope, summary }) =>
      newCommand(draft, { type, fields, emits, internal, scope, summary }),
  },
  aggregate: {
    takes: ['family', 'plural'],
    make: (draft, name, _fields, { family, plural }) => newAggregate(draft, { name, family, plural }),
  },
  consumer: {
    takes: ['on', 'ordered'],
    make: (draft, name, _fields, { on = [], ordered = false }) =>
      newConsumer(draft, { name, on: on.flatMap(parts), ordered }),
  },
  saga: {
    takes: ['on', 'about', 'steps'],
    make(draft, name, _fields, { on = [], about, steps = '' }) {
      if (on.length > 1) throw new Refusal('A saga is started by one event: give --on once.');
      return newSaga(draft, { name, on: on[0], about, steps: parts(steps) });
    },
  },
};

/** Drafts it for the project in `root`; `args` are the words behind `npm run new`. */
export function scaffold(root: string, args: readonly string[]): Scaffold {
  const { values, positionals } = parsed(args);
  const [what = '', name = '', ...fields] = positionals;
  const kind = kinds[what];
  if (!kind) throw new Refusal(usage);
  if (name === '') throw new Refusal(`Say what to call the ${what}.\n${usage}`);
  if (fields.length > 0 && !kind.takesFields)
    throw new Refusal(`${what} takes one name: ${fields.join(' ')} is too much.`);
  const given = Object.keys(values) as (keyof Values)[];
  const strange = given.find((option) => option !== 'dry-run' && !kind.takes.includes(option));
  if (strange)
    throw new Refusal(
      `--${strange} is nothing for ${what}: it takes ${kind.takes.map((one) => `--${one}`).join(', ')}.`,
    );
  const draft = draftOf(root);
  const left = kind.make(draft, name, fields, values);
  return { draft, left, isDry: values['dry-run'] ?? false };
}

function parsed(args: readonly string[]): ReturnType<typeof words> {
  try {
    return words(args);
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : 'These words can not be read.'}\n${usage}`);
  }
}
