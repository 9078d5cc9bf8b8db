// What a consumer is: one row of the table (name, what it binds, order, limits) and its handler.
import type { Tx } from '../../db/transaction.ts';
import { type AggregateType, eventRows } from '../../domain/catalog.ts';
import type { Envelope } from '../../domain/kernel/envelope.ts';

/** How deliveries are gathered: up to `max` of one tenant in one transaction. `waitMs`: how long the first waits for others; 0: only while there is no free turn. */
export type Batch = { readonly max: number; readonly waitMs: number };

/** One row of the table of consumers. `name` is stored for ever. `queueVersion` is raised when queue arguments have to change. */
export type ConsumerRow = {
  readonly name: string;
  /**
   * `types`: routing patterns (`*` one word, `#` any), taken in any order. `aggregates`: every event of these aggregate types, each aggregate's
   * events taking effect in its sequence; the handler passes over what it doesn't handle.
   */
  readonly on: { readonly types: readonly string[] } | { readonly aggregates: readonly AggregateType[] };
  /** Deliveries held at once. */
  readonly prefetch: number;
  /** Attempts running at once, each on a connection of its own to the database. */
  readonly concurrency: number;
  readonly maxAttempts: number;
  /** So long a failure that is not the event's own (database or Temporal away) costs no attempt; unless said, 15 minutes. */
  readonly patienceMs?: number;
  readonly queueVersion: number;
  /** After the first failed attempt, the second…; the last one for all that follow. Part of the names of the retry queues. */
  readonly retryDelaysMs?: readonly number[];
  /**
   * What earlier releases bound or declared for it, whatever the version of the queue, and this one does not. The broker keeps a binding until somebody
   * takes it away, so each start does. docs/generated/bindings.json remembers what has to be here, and `npm run gen` asks for it.
   */
  readonly formerly?: { readonly patterns?: readonly string[]; readonly retryDelaysMs?: readonly number[] };
  /**
   * Ordered ones only: where a new consumer begins. `now` (unless said): what was published before is history to it. `first`: it has the whole of
   * every aggregate, and what it was not sent has to be replayed to it.
   */
  readonly startsAt?: 'now' | 'first';
  /** Nothing said: one transaction an event. */
  readonly batch?: Batch;
  /** Events that it reads in an older version than the current one, by type. */
  readonly versions?: Readonly<Record<string, number>>;
};

/** An event as it arrives: data still sealed. */
export type DeliveredEvent = Envelope<string, Record<string, unknown>>;

/** The effect of one event, inside the transaction of its claim and its tenant. Throws: rolled back, tried again, at last dead-lettered. */
export type Handle = (event: DeliveredEvent, tx: Tx, signal: AbortSignal) => Promise<void>;

/** The effects of many events of one tenant, in the order given, as a whole. */
export type HandleAll = (events: readonly DeliveredEvent[], tx: Tx, signal: AbortSignal) => Promise<void>;

/** A row with its handler. `handleAll` does in few statements what `handle` would do one by one; for rows with `batch`. */
export type Consumer = ConsumerRow & { readonly handle: Handle; readonly handleAll?: HandleAll };

const defaultRetryDelaysMs = [1_000, 5_000, 30_000];

/** How long an event waits after its first, second… failed attempt. */
export function retryDelaysOf(row: Pick<ConsumerRow, 'retryDelaysMs'>): readonly number[] {
  return row.retryDelaysMs ?? defaultRetryDelaysMs;
}

/** Whether a consumer's effects follow each aggregate's sequence. */
export function isOrdered(row: Pick<ConsumerRow, 'on'>): boolean {
  return 'aggregates' in row.on;
}

/** The routing patterns of a row. */
export function patternsOf(row: ConsumerRow): readonly string[] {
  if ('types' in row.on) return row.on.types;
  const aggregates: readonly string[] = row.on.aggregates;
  return eventRows.filter(({ aggregate }) => aggregates.includes(aggregate)).map(({ type }) => type);
}

/** Patterns that earlier releases bound, and this one does not. */
export function formerPatternsOf(row: ConsumerRow): readonly string[] {
  const bound = patternsOf(row);
  return (row.formerly?.patterns ?? []).filter((pattern) => !bound.includes(pattern));
}

/** Tells whether a topic pattern takes a routing key, as the broker does it. */
export function matchesPattern(pattern: string, key: string): boolean {
  const match = (words: readonly string[], parts: readonly string[]): boolean => {
    const [word, ...restWords] = words;
    const [part, ...restParts] = parts;
    if (word === undefined) return part === undefined;
    if (word === '#') return match(restWords, parts) || (part !== undefined && match(words, restParts));
    return part !== undefined && (word === '*' || word === part) && match(restWords, restParts);
  };
  return match(pattern.split('.'), key.split('.'));
}

/** Makes the question "does any consumer bind this type?", answered from the rows alone and remembered. */
export function createIsBound(rows: readonly ConsumerRow[]): (type: string) => boolean {
  const patterns = [...new Set(rows.flatMap(patternsOf))];
  const known = new Map<string, boolean>();
  return (type) => {
    let bound = known.get(type);
    if (bound === undefined) {
      bound = patterns.some((pattern) => matchesPattern(pattern, type));
      known.set(type, bound);
    }
    return bound;
  };
}
