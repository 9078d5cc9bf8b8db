// Random valid commands from their schemas, with few different ids, words and moments, so that commands meet each other.
import fc from 'fast-check';
import { z } from 'zod';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { type Aggregate, type Input, momentOf, run } from './given.ts';

/** The ids that random commands use. */
export const someIds = [1, 2, 3].map((n) => `018f5a10-0000-7000-8000-00000000000${n}`);
const words = ['one', 'two', '3', '+55 11', '👍'];
/** Moments around the commands' own; the last two are one moment, written differently. */
const moments = [
  '2026-01-31T11:59:00.000Z',
  '2026-01-31T12:10:00.000Z',
  '2026-01-31T12:05:00Z',
  '2026-01-31T12:05:00.000Z',
];

/** Values that a schema accepts. Throws for a kind of schema that no command has used yet: add it here. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const plain = arbitraryOfKind(schema);
  return plain.filter((value) => schema.safeParse(value).success);
}

function arbitraryOfKind(schema: z.ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries<z.ZodType>(schema.shape);
    const optional = entries.filter(([, field]) => field instanceof z.ZodOptional || field instanceof z.ZodDefault);
    const required = entries.filter((entry) => !optional.includes(entry)).map(([key]) => key);
    const fields: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
      entries.map(([key, field]) => [key, arbitraryOf(unwrapped(field))]),
    );
    return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
  }
  if (schema instanceof z.ZodUnion)
    return fc.oneof(...schema.options.map((option) => arbitraryOf(option as unknown as z.ZodType)));
  if (schema instanceof z.ZodNullable) return fc.option(arbitraryOf(schema.unwrap() as z.ZodType));
  if (schema instanceof z.ZodArray) return fc.array(arbitraryOf(schema.element as z.ZodType), { maxLength: 3 });
  if (schema instanceof z.ZodRecord)
    return fc.dictionary(fc.constantFrom('a', 'b'), arbitraryOf(schema.valueType as z.ZodType), {
      noNullPrototype: true,
    });
  if (schema instanceof z.ZodUnion) return fc.oneof(...(schema.options as z.ZodType[]).map(arbitraryOf));
  if (schema instanceof z.ZodURL) return fc.constant('https://files.example/1.jpg');
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as unknown[]));
  if (schema instanceof z.ZodUnknown) return fc.jsonValue({ maxDepth: 1 }).map(asStored);
  if (schema instanceof z.ZodNull) return fc.constant(null);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) {
    const least = schema.minValue ?? 0;
    return fc.constantFrom(0, 1, 30, 60_000, ...(least > 1 ? [least, least + 1] : []));
  }
  if (schema instanceof z.ZodUUID) return fc.constantFrom(...someIds);
  if (schema instanceof z.ZodISODateTime) return fc.constantFrom(...moments);
  if (schema instanceof z.ZodEmail) return fc.constantFrom('ana@example.com', 'bia@example.com');
  if (schema instanceof z.ZodISODuration) return fc.constant('PT1M');
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...(schema.def.values as unknown[]));
  if (schema instanceof z.ZodString) {
    const pattern = patternOf(schema);
    // A few, drawn once: commands meet each other, and it is many times faster.
    if (pattern) return fc.constantFrom(...fc.sample(fc.stringMatching(pattern), { numRuns: 12, seed: 1 }));
    const least = schema.minLength ?? 0;
    if (least > 1) return fc.constantFrom('x'.repeat(least), 'y'.repeat(least));
    const known = fc.constantFrom(...words, '5511900000001', '+5511900000001');
    return fc.oneof({ arbitrary: known, weight: 5 }, { arbitrary: fc.string({ maxLength: 8 }), weight: 1 });
  }
  throw new Error(`No arbitrary for a schema of type ${schema.type}`);
}

/** The regular expression a text must match; undefined when there is none. */
function patternOf(schema: z.ZodString): RegExp | undefined {
  const checks = (schema.def.checks ?? []).map(({ _zod }) => _zod.def as { readonly pattern?: unknown });
  return checks.map(({ pattern }) => pattern).find((pattern) => pattern instanceof RegExp);
}

const unwrapped = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap() as z.ZodType) : schema;

/** Sequences of up to `maxLength` commands of an aggregate: `first` makes it, `rare` ones come seldom (those that end it). */
export function arbitraryCommands(
  { commands }: { readonly commands: Readonly<Record<string, z.ZodType>> },
  {
    first,
    rare = [],
    maxLength = 50,
  }: { readonly first?: string; readonly rare?: readonly string[]; readonly maxLength?: number },
): fc.Arbitrary<Input[]> {
  const one = (type: string): fc.Arbitrary<Input> =>
    fc.record({ type: fc.constant(type), data: arbitraryOf(commands[type] ?? z.never()) }, { noNullPrototype: true });
  const weighted = Object.keys(commands).map((type) => ({
    arbitrary: one(type),
    weight: rare.includes(type) ? 1 : 20,
  }));
  const rest = fc.array(fc.oneof(...weighted), { maxLength: first ? maxLength - 1 : maxLength, size: 'max' });
  return first ? fc.tuple(one(first), rest).map(([making, others]) => [making, ...others]) : rest;
}

/** What one command of a sequence did. */
export type Step<State, Event> = {
  readonly input: Input;
  readonly before: State;
  readonly after: State;
  readonly events: readonly Event[];
};

/** Runs a sequence; refused commands do nothing, and any other error fails the test. */
export function runAll<State, Cmd extends Command, Event extends AnyEvent>(
  aggregate: Aggregate<State, Cmd, Event>,
  inputs: readonly Input[],
  start: State = aggregate.decider.initialState(),
): { state: State; events: Event[]; steps: Step<State, Event>[] } {
  let state = start;
  const steps: Step<State, Event>[] = [];
  for (const [index, input] of inputs.entries()) {
    const before = state;
    try {
      const outcome = run(aggregate, state, { at: momentOf(index), ...input });
      state = outcome.state;
      steps.push({ input, before, after: state, events: outcome.events });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'internal') throw error;
    }
  }
  return { state, events: steps.flatMap(({ events }) => events), steps };
}

/** The state of an event-sourced aggregate as its events alone make it, read from JSON as the event store keeps them. */
export function foldStored<State, Cmd extends Command, Event extends AnyEvent>(
  { decider, events: table }: Aggregate<State, Cmd, Event>,
  events: readonly Event[],
): State {
  if (decider.storage !== 'events') throw new Error(`${decider.aggregate} is not event-sourced`);
  return events.reduce((state, { type, data }) => {
    const stored = table.rows[type]?.data.parse(JSON.parse(JSON.stringify(data)));
    return decider.evolve(state, { type, data: stored } as Event);
  }, decider.initialState());
}

/** A value as JSON brings it back: no -0. */
function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
