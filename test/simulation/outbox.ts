// The outbox and the relays' leases in memory, as the database has them: ids drawn before commit, rows seen after it, writes fenced.
import type { LeasePort, LeaseView, OutboxPort, PendingEvent } from '../../workers/relay/ports.ts';

/** A row. */
export type SimulatedRow = {
  readonly event: PendingEvent;
  committed: boolean;
  status: 'pending' | 'processed' | 'failed';
  tries: number;
  /** Of the next try; 0: it was never tried. */
  waitUntil: number;
};

/** How a call gets to the database and back. */
export type Call = <T>(effect: () => T) => Promise<T>;

/** The outbox. */
export type Outbox = ReturnType<typeof createOutbox>;

/** How long a lease lives. */
export const leaseMs = 5_000;
const partitions = 4;

/** Makes an empty one. `now` is the database's clock. `onFailedTry` hears of each that was counted. */
export function createOutbox(now: () => number, onFailedTry: (event: PendingEvent) => void = () => {}) {
  const rows: SimulatedRow[] = [];
  const owners = new Map<number, { owner: string; fence: number }>();
  const alive = new Map<string, number>();
  const open = new Set<number>();
  let nextTransaction = 1;

  const visible = (): SimulatedRow[] => rows.filter(({ committed }) => committed);
  const holds = ({ status, waitUntil }: SimulatedRow): boolean =>
    status === 'failed' || (status === 'pending' && waitUntil > 0);
  const refs = (found: SimulatedRow[]) =>
    found.map(({ event: { aggregateId, partition, id } }) => ({ aggregateId, partition, id }));
  const isFenced = (process: string, partition: number, fence: number): boolean => {
    const lease = owners.get(partition);
    return lease?.owner !== process || lease.fence !== fence;
  };

  const beat = (process: string, drained: readonly number[]): LeaseView => {
    for (const [name, until] of alive) if (until <= now()) alive.delete(name);
    for (const [partition, { owner, fence }] of owners)
      if (!alive.has(owner) || (owner === process && drained.includes(partition)))
        owners.set(partition, { owner: '', fence });
    alive.set(process, now() + leaseMs);
    const names = [...alive.keys()].sort();
    const share = Math.floor(partitions / names.length) + (names.indexOf(process) < partitions % names.length ? 1 : 0);
    const mine = (): number[] =>
      [...owners].filter(([, { owner }]) => owner === process).map(([partition]) => partition);
    for (let partition = 0; partition < partitions && mine().length < share; partition += 1) {
      const lease = owners.get(partition);
      if (lease === undefined || lease.owner === '')
        owners.set(partition, { owner: process, fence: (lease?.fence ?? 0) + 1 });
    }
    const owned = mine();
    const others = [...alive].filter(([name]) => name !== process).map(([, until]) => until - now());
    return {
      owned: new Map(owned.map((partition) => [partition, owners.get(partition)?.fence ?? 0])),
      surplus: owned.slice(share),
      processes: names.length,
      nextExpiryMs: Math.min(leaseMs, ...others),
    };
  };
  const leave = (process: string): void => {
    alive.delete(process);
    for (const [partition, { owner, fence }] of owners)
      if (owner === process) owners.set(partition, { owner: '', fence });
  };

  return {
    rows,
    /** Begins a transaction; its rows are seen after `commit`, and never after `abort`. */
    begin: () => {
      const transaction = nextTransaction;
      nextTransaction += 1;
      open.add(transaction);
      const own: SimulatedRow[] = [];
      return {
        append: (event: Omit<PendingEvent, 'id' | 'partition'>, aggregate: number): void => {
          const place = { id: rows.length + 1, partition: aggregate % partitions };
          const row: SimulatedRow = {
            event: { ...event, ...place },
            committed: false,
            status: 'pending',
            tries: 0,
            waitUntil: 0,
          };
          rows.push(row);
          own.push(row);
        },
        commit: (): void => {
          open.delete(transaction);
          for (const row of own) row.committed = true;
        },
        abort: (): void => {
          open.delete(transaction);
        },
      };
    },
    /** As an operator does it with all that was given up. */
    redrive: (): void => {
      for (const row of rows)
        if (row.status === 'failed') Object.assign(row, { status: 'pending', tries: 0, waitUntil: Math.max(1, now()) });
    },
    leases: (process: string, call: Call): LeasePort => ({
      leaseMs,
      beat: (drained) => call(() => beat(process, drained)),
      leave: () => call(() => leave(process)),
    }),
    port: (process: string, call: Call): OutboxPort => ({
      readPending: ({ after, partitions: wanted, except, heldAggregates, limit }) =>
        call(() => {
          const oldestOpen = Math.min(nextTransaction, ...open);
          const events = rows.filter(
            ({ event, committed, status, waitUntil }) =>
              committed &&
              status === 'pending' &&
              waitUntil === 0 &&
              event.id > after &&
              wanted.includes(event.partition) &&
              !except.includes(event.id) &&
              !heldAggregates.includes(event.aggregateId),
          );
          return { events: events.slice(0, limit).map(({ event }) => event), oldestOpen, newest: nextTransaction };
        }),
      readHolding: (wanted) =>
        call(() => refs(visible().filter((row) => holds(row) && wanted.includes(row.event.partition)))),
      readDue: (wanted) =>
        call(() => {
          const isDue = ({ event, status, waitUntil }: SimulatedRow): boolean =>
            status === 'pending' && waitUntil > 0 && waitUntil <= now() && wanted.includes(event.partition);
          return refs(visible().filter(isDue));
        }),
      readAggregate: (aggregateId, limit) =>
        call(() =>
          visible()
            .filter(({ event, status }) => event.aggregateId === aggregateId && status !== 'processed')
            .slice(0, limit)
            .map((row) => ({
              event: { ...row.event, retryCount: row.tries },
              waitMs: row.status === 'failed' ? Number.POSITIVE_INFINITY : Math.max(0, row.waitUntil - now()),
              isSuspect: row.waitUntil > 0,
            })),
        ),
      markSent: (batch) =>
        call(() => {
          for (const { event, fence } of batch) {
            const row = rows[event.id - 1];
            if (row?.status === 'pending' && !isFenced(process, event.partition, fence))
              Object.assign(row, { status: 'processed', waitUntil: 0 });
          }
        }),
      markFailedTry: (event, fence, _reason, { waitMs, giveUp }) =>
        call(() => {
          const row = rows[event.id - 1];
          if (row?.status !== 'pending' || isFenced(process, event.partition, fence)) return;
          onFailedTry(event);
          Object.assign(row, {
            tries: row.tries + 1,
            status: giveUp ? 'failed' : 'pending',
            waitUntil: giveUp ? 0 : now() + waitMs,
          });
        }),
    }),
  };
}
