// The aggregates that live from their events, by name.
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import { aggregates } from '../aggregates.ts';
import type { AggregateDefinition } from '../execute.ts';

/** Any of them: what goes for all, whatever their states, commands and events are. */
export type AnyDefinition = AggregateDefinition<{ readonly id: string }, Command, AnyEvent>;

/** All whose decider says `storage: 'events'`. */
export const eventSourced: Readonly<Record<string, AnyDefinition>> = Object.fromEntries(
  (Object.values(aggregates) as unknown as AnyDefinition[])
    .filter(({ decider }) => decider.storage === 'events')
    .map((definition) => [definition.decider.aggregate, definition]),
);
