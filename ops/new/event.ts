// `new event`: the row of an event among those of its aggregate, and its case among what evolves.
import type { Draft } from './draft.ts';
import { type Field, readFields } from './fields.ts';
import { insertAtEnd, insertCase, needImports } from './insert.ts';
import { type Aggregate, aggregateNames, aggregateOf, eventFiles, sourcesIn } from './project.ts';
import { done, Refusal } from './words.ts';

/** What a person asks for. `aggregate`: whose it is, where its name does not begin with it. */
export type EventWish = {
  readonly type: string;
  readonly aggregate?: string | undefined;
  readonly fields: readonly string[];
  readonly summary?: string | undefined;
};

/** Adds an event; gives what is left to do by hand. */
export function newEvent(draft: Draft, wish: EventWish): readonly string[] {
  const aggregate = ownerOf(draft, wish);
  addEvent(draft, aggregate, { type: wish.type, fields: readFields(wish.fields), summary: wish.summary });
  return [
    `what causes it: npm run new command ${aggregate.name.snake}.<verb> -- --emits ${wish.type} (until then domain/catalog.test.ts and every-event.test.ts are red)`,
    'what the state keeps of it, if anything: its case in `evolve`, and a column (CONTRIBUTING, "Add a migration, and a field that is kept")',
  ];
}

function ownerOf(draft: Draft, { type, aggregate }: EventWish): Aggregate {
  const [prefix = ''] = type.split('.');
  const owner = aggregate ?? prefix;
  if (!aggregateNames(draft).includes(owner) && aggregate === undefined)
    throw new Refusal(
      `No aggregate is called ${prefix}: begin the event's name with one, or say whose it is with --aggregate. There are: ${aggregateNames(draft).join(', ')}.`,
    );
  return aggregateOf(draft, owner);
}

/** Writes row and case. */
export function addEvent(
  draft: Draft,
  aggregate: Aggregate,
  {
    type,
    fields,
    summary,
  }: { readonly type: string; readonly fields: readonly Field[]; readonly summary?: string | undefined },
): void {
  if (!/^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$/.test(type))
    throw new Refusal(
      `"${type}" can't name an event: write the aggregate, a dot and what happened, like order.placed.`,
    );
  const taken = eventFiles(draft).get(type);
  if (taken)
    throw new Refusal(
      `${type} is there already, in ${taken}: names of events are stored for ever, choose another one.`,
    );
  const happened = type.split('.').at(-1) ?? '';
  const { idField, name } = aggregate;
  const moment = momentOf(type);
  const said = summary ?? done(happened, name);
  if (!/^[A-Z].*\.$/.test(said))
    throw new Refusal(`--summary "${said}" is no sentence: begin it with a capital, end it with a full stop.`);
  const file = `domain/${aggregate.folder}/events.ts`;
  const isMoment = !fields.some((field) => field.name === moment);
  const data = [
    `${idField}: id`,
    ...fields.map((field) => `${field.name}: ${field.schema}`),
    ...(isMoment ? [`${moment}: at`] : []),
  ];
  const example = [
    `${idField}: '018f5a10-0000-7000-8000-0000000000f0'`,
    ...fields.map((field) => `${field.name}: ${field.example}`),
    ...(isMoment ? [`${moment}: '2026-01-31T12:00:00.000Z'`] : []),
  ];
  const row = `  '${type}': event({
    version: 1,
    summary: '${said.replaceAll("'", '’')}',
    data: z.object({ ${data.join(', ')} }),
    webhooks: ['${type}'],
    example: { ${example.join(', ')} },
  }),`;
  insertAtEnd(draft, file, listOf(draft, file, name.snake), row);
  needImports(
    draft,
    file,
    [...new Set(['id', 'at', ...fields.flatMap((field) => field.fields)])],
    '../kernel/fields.ts',
  );
  if (fields.some(({ isPersonal }) => isPersonal)) needImports(draft, file, ['pii'], '../kernel/pii.ts');
  const evolving = sourcesIn(draft, `domain/${aggregate.folder}`).find((one) =>
    /function evolve\(/.test(draft.text(one)),
  );
  if (!evolving)
    throw new Refusal(
      `domain/${aggregate.folder} has no function evolve of its own: add the row and its case by hand.`,
    );
  insertCase(draft, evolving, { name: 'evolve', subject: 'event.type' }, `    case '${type}':\n      return state;`);
}

/** `order.placed` → `placedAt`. */
export function momentOf(type: string): string {
  const happened = type.split('.').at(-1) ?? '';
  return `${happened.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}At`;
}

/** Rows stand in one object, or in the second argument of a call that was broken over lines. */
function listOf(draft: Draft, file: string, aggregate: string): { readonly open: string; readonly close: string } {
  const broken = `defineEvents(\n  '${aggregate}',\n  {`;
  return draft.text(file).includes(broken)
    ? { open: broken, close: '\n  },\n' }
    : { open: `defineEvents('${aggregate}', {`, close: '\n});' };
}
