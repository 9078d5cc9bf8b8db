// Given/when/then for deciders: given past commands, when a command comes, then these events (or this refusal). Checks every event against its row.
import assert from 'node:assert/strict';
import {
  type AnyEvent,
  type Command,
  type CommandTable,
  type Decider,
  outcomeOf,
} from '../../domain/kernel/define-aggregate.ts';
import type { EventTable } from '../../domain/kernel/define-events.ts';
import { DomainError } from '../../domain/kernel/errors.ts';

/** One aggregate as the catalogue lists it. */
export type Aggregate<State, Cmd extends Command, Event extends AnyEvent> = {
  readonly decider: Decider<State, Cmd, Event>;
  readonly commands: CommandTable;
  readonly events: EventTable;
};

/** A command as a test writes it; `at` defaults to a minute after the one before. */
export type Input = { readonly type: string; readonly data: unknown; readonly at?: string };

const firstMoment = Date.parse('2026-01-31T12:00:00.000Z');
/** The moment at which the nth command (from 0) of a test is decided. */
export const momentOf = (index: number): string => new Date(firstMoment + index * 60_000).toISOString();

/** Parses, decides and evolves one command as the command handler does; checks what comes out. */
export function run<State, Cmd extends Command, Event extends AnyEvent>(
  { decider, commands, events: table }: Aggregate<State, Cmd, Event>,
  state: State,
  input: Required<Input>,
): { state: State; events: Event[] } {
  const schema = commands[input.type];
  assert.ok(schema, `${decider.aggregate} has no command ${input.type}`);
  const command = { type: input.type, data: schema.parse(input.data), at: input.at } as Cmd;
  const { events, state: after } = outcomeOf(decider, command, state);
  for (const { type, data } of events) {
    const row = table.rows[type];
    assert.ok(row, `${type} has no row`);
    assert.deepEqual(row.data.parse(data), data, `${type} carries only what its row lists`);
  }
  assert.deepEqual(Object.keys(after as object).sort(), Object.keys(decider.initialState() as object).sort());
  // A row must come back from JSON columns as it went in: no undefined, no Date.
  assert.deepEqual(JSON.parse(JSON.stringify(after)), after);
  return { state: after, events };
}

/** Starts from `start` (default: nothing) with the commands of the past done. */
export function given<State, Cmd extends Command, Event extends AnyEvent>(
  aggregate: Aggregate<State, Cmd, Event>,
  past: readonly Input[] = [],
  start: State = aggregate.decider.initialState(),
) {
  const before = past.reduce(
    (state, input, index) => run(aggregate, state, { at: momentOf(index), ...input }).state,
    start,
  );
  return {
    state: before,
    when: (type: Cmd['type'], data: unknown = {}, at = momentOf(past.length)) => ({
      /** Exactly these events; returns the state after them. */
      thenEvents: (events: readonly Event[]): State => {
        const outcome = run(aggregate, before, { type, data, at });
        assert.deepEqual(outcome.events, events);
        return outcome.state;
      },
      /** These event types, in order; returns the state after them. */
      thenTypes: (...types: Event['type'][]): State => {
        const outcome = run(aggregate, before, { type, data, at });
        assert.deepEqual(
          outcome.events.map((event) => event.type),
          types,
        );
        return outcome.state;
      },
      /** No event, and nothing changed. */
      thenNothing: (): void =>
        assert.deepEqual(run(aggregate, before, { type, data, at }), { state: before, events: [] }),
      /** No event; returns the state, which did change. */
      thenSettled: (): State => {
        const outcome = run(aggregate, before, { type, data, at });
        assert.deepEqual(outcome.events, []);
        assert.notDeepEqual(outcome.state, before);
        return outcome.state;
      },
      /** Refused with this code, or with the rule of this name. */
      thenRefused: (codeOrRule: string): void => {
        assert.throws(
          () => run(aggregate, before, { type, data, at }),
          (error) => {
            if (!(error instanceof DomainError)) throw error;
            assert.equal(error.rule ?? error.code, codeOrRule);
            return true;
          },
        );
      },
    }),
  };
}
