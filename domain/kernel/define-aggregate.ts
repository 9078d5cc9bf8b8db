// An aggregate is a decider of plain functions; a command is a zod schema. No clock, no random, no IO in here.
import type { z } from 'zod';

/** A command as a decider gets it: parsed data and the moment (ISO 8601, UTC) at which it is decided. */
export type Command<Type extends string = string, Data = unknown> = {
  readonly type: Type;
  readonly data: Data;
  readonly at: string;
};

/** The schemas of an aggregate's commands by their names (`contact.rename`). */
export type CommandTable = Readonly<Record<string, z.ZodType>>;

/** Declares the commands of an aggregate. */
export function defineCommands<const Table extends CommandTable>(table: Table): Table {
  return table;
}

/** The union of commands of a table. */
export type CommandsOf<Table extends CommandTable> = {
  [Type in keyof Table & string]: Command<Type, z.infer<Table[Type]>>;
}[keyof Table & string];

/** What `decide` and `evolve` need of an event. */
export type AnyEvent = { readonly type: string; readonly data: unknown };

/**
 * A decider. `decide` returns the events a command causes (none: nothing to do) or throws DomainError; `evolve` folds one event into the state.
 * `storage: 'events'`: the state is the fold of its events alone. `storage: 'state'`: the row is the truth, and `evolve` may also take what the command carries.
 */
export type Decider<State, Cmd extends Command, Event extends AnyEvent> = {
  readonly aggregate: string;
  readonly initialState: () => State;
  readonly decide: (command: Cmd, state: State) => Event[];
} & (
  | { readonly storage: 'events'; readonly evolve: (state: State, event: Event) => State }
  | {
      readonly storage: 'state';
      readonly evolve: (state: State, event: Event, command: Cmd) => State;
      /** What an accepted command changes that no event of the catalogue tells, before its events are folded. Gives the very same state when that is nothing. */
      readonly settle?: (state: State, command: Cmd) => State;
    }
);

/** Types a decider. */
export function defineAggregate<State, Cmd extends Command, Event extends AnyEvent>(
  decider: Decider<State, Cmd, Event>,
): Decider<State, Cmd, Event> {
  return decider;
}

/** What one command makes of a state: its events and the state after it; the very same state when it changes nothing. Throws the decider's refusals. */
export function outcomeOf<State, Cmd extends Command, Event extends AnyEvent>(
  decider: Decider<State, Cmd, Event>,
  command: Cmd,
  before: State,
): { readonly events: Event[]; readonly state: State } {
  const events = decider.decide(command, before);
  const settled = decider.storage === 'state' && decider.settle ? decider.settle(before, command) : before;
  return { events, state: events.reduce((sofar, event) => decider.evolve(sofar, event, command), settled) };
}
