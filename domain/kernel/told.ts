// What an outside system tells comes late, twice and in any order: its own moment decides, and never one of the future.
import { at } from './fields.ts';
import { earlier, isAfter, later } from './time.ts';

/** When it happened, as the outside system says; left out: now. */
export const occurredAt = at.optional();

type Told = { readonly at: string; readonly data: { readonly occurredAt?: string | undefined } };

/** The moment a command tells of: the outside system's, but no later than now, or a clock that is wrong would silence all that follows. */
export function momentOf({ at, data }: Told): string {
  return data.occurredAt === undefined ? at : earlier(data.occurredAt, at);
}

/** Whether a command tells of something older than what is known. */
export function isOutdated(command: Told, knownAsOf: string | null): boolean {
  return knownAsOf !== null && isAfter(knownAsOf, momentOf(command));
}

/** The moment as of which things are known once the command was heard. */
export function knownAfter(command: Told, knownAsOf: string | null): string {
  return later(knownAsOf, momentOf(command));
}
