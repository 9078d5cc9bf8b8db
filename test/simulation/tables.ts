// The consumers' tables in memory: transactions that see what is committed, wait for each other's rows, and may be lost with or without their answer.
import type { ParkedEvent } from '../../db/parked-events.ts';
import type { Tx } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { BatchStore, ConsumerStore } from '../../workers/consumers/ports.ts';
import type { SimulatedRow } from './outbox.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

/** One effect of an event in a consumer, committed. */
export type Effect = {
  readonly consumer: string;
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
};

/** The tables. */
export type Tables = ReturnType<typeof createTables>;

/** `isLost`: nobody is at its other end any more. */
type Transaction = {
  readonly owner: Owner;
  isOpen: boolean;
  isLost: boolean;
  readonly writes: (() => void)[];
  readonly locks: string[];
};
type Waiting = { readonly tx: Transaction; readonly go: () => void; readonly fail: () => void };
type Lock = { holder: Transaction; waiting: Waiting[] };

const away = (): Error => new DomainError('unavailable', 'The database can not be reached right now.');

/** Makes empty ones. */
export function createTables(scheduler: Scheduler, weather: Weather) {
  const { random, call, now } = scheduler;
  const effects: Effect[] = [];
  const processed = new Set<string>();
  const positions = new Map<string, number>();
  const parked = new Map<string, ParkedEvent & { readonly consumer: string; readonly tenantId: string }>();
  const failures = new Map<string, { attempts: number; firstAt: number; nextAt: number; isDead: boolean }>();
  const locks = new Map<string, Lock>();
  /** What is to be sent again, by consumer and event: when it was asked for. */
  const resends = new Map<string, number>();
  let askedFor = 0;
  const open = new Set<Transaction>();
  const transactions = new WeakMap<Tx, Transaction>();
  const chance = (share: number): boolean => share > 0 && random() < share;

  /** Ends a transaction: what waits for its rows goes on. */
  const end = (tx: Transaction, isCommitted: boolean): void => {
    if (!tx.isOpen) return;
    tx.isOpen = false;
    open.delete(tx);
    if (isCommitted) for (const write of tx.writes) write();
    for (const key of tx.locks) {
      const lock = locks.get(key);
      const next = lock?.waiting.shift();
      if (!lock || !next) locks.delete(key);
      else {
        lock.holder = next.tx;
        next.tx.locks.push(key);
        next.go();
      }
    }
  };
  /** The connection is gone: the server notices now, or leaves the transaction open for a while. */
  const abandon = (tx: Transaction): void => {
    if (!tx.isOpen || tx.isLost) return;
    tx.isLost = true;
    for (const lock of locks.values()) {
      for (const one of lock.waiting) if (one.tx === tx) one.fail();
      lock.waiting = lock.waiting.filter((one) => one.tx !== tx);
    }
    if (chance(weather.leftOpen)) scheduler.after(null, random() * 5_000, () => end(tx, false));
    else end(tx, false);
  };
  const acquire = (tx: Transaction, key: string): Promise<void> | undefined => {
    if (!tx.isOpen || tx.isLost) throw away();
    const lock = locks.get(key);
    if (lock?.holder === tx) return undefined;
    if (lock) return new Promise((go, fail) => lock.waiting.push({ tx, go, fail: () => fail(away()) }));
    locks.set(key, { holder: tx, waiting: [] });
    tx.locks.push(key);
    return undefined;
  };
  /** A statement that needs these rows for itself until the end of its transaction. */
  const statement = <T>(handle: Tx, rows: readonly string[], run: (tx: Transaction) => T): Promise<T> => {
    const tx = transactions.get(handle);
    if (!tx) throw new Error('not a transaction of this world');
    return call(tx.owner, () => {
      if (!tx.isOpen || tx.isLost) throw away();
      if (chance(weather.statementLost)) {
        abandon(tx);
        throw away();
      }
      let waiting: Promise<void> | undefined;
      for (const row of rows) {
        if (waiting) waiting = waiting.then(() => acquire(tx, row));
        else waiting = acquire(tx, row);
      }
      return waiting ? waiting.then(() => run(tx)) : run(tx);
    });
  };
  const placeOf = (consumer: string, aggregateId: string): string => `place ${consumer} ${aggregateId}`;
  const parkedKey = (consumer: string, aggregateId: string, sequence: number): string =>
    `${consumer} ${aggregateId} ${sequence}`;
  const claimKey = (consumer: string, eventId: string): string => `claim ${consumer} ${eventId}`;
  const failureKey = (consumer: string, eventId: string): string => `failure ${consumer} ${eventId}`;

  const isWaiting = (key: string): boolean => {
    const failure = failures.get(key);
    return failure !== undefined && (failure.isDead || failure.nextAt > now());
  };

  const handleOf = (tx: Transaction, tenantId: string, committed: (() => void)[]): Tx => {
    const handle: Tx = {
      tenantId,
      onCommit: (work) => committed.push(work),
      // The handler's only statement: its effect.
      query: async (_text, values) => {
        await statement(handle, [], () => {
          const [consumer, eventId, aggregateId, sequence] = (values ?? []) as [string, string, string, number];
          tx.writes.push(() => effects.push({ consumer, eventId, aggregateId, sequence }));
        });
        return { rows: [], rowCount: 1, command: '', oid: 0, fields: [] };
      },
      get db(): never {
        throw new Error('no SQL in here');
      },
    };
    transactions.set(handle, tx);
    return handle;
  };

  const placeMany = (tx: Tx, consumer: string, aggregateIds: readonly string[]): Promise<Map<string, number>> => {
    const ids = [...aggregateIds].sort();
    const read = (): Map<string, number> => new Map(ids.map((id) => [id, positions.get(placeOf(consumer, id)) ?? 0]));
    return statement(
      tx,
      ids.map((id) => placeOf(consumer, id)),
      read,
    );
  };
  const moveMany = (tx: Tx, consumer: string, moved: ReadonlyMap<string, number>): Promise<ReadonlySet<string>> =>
    statement(
      tx,
      [...moved.keys()].map((id) => placeOf(consumer, id)),
      ({ writes }) => {
        writes.push(() => {
          for (const [aggregateId, sequence] of moved) {
            positions.set(placeOf(consumer, aggregateId), sequence);
            for (const [key, event] of parked)
              if (event.consumer === consumer && event.aggregateId === aggregateId && event.sequence <= sequence)
                parked.delete(key);
          }
        });
        const hasNext = ([aggregateId, sequence]: [string, number]): boolean =>
          parked.has(parkedKey(consumer, aggregateId, sequence + 1));
        return new Set([...moved].filter(hasNext).map(([aggregateId]) => aggregateId));
      },
    );
  const claimMany = (tx: Tx, consumer: string, eventIds: readonly string[]): Promise<string[]> => {
    const ids = [...eventIds].sort();
    const rows = [...ids.map((id) => failureKey(consumer, id)), ...ids.map((id) => claimKey(consumer, id))];
    return statement(tx, rows, ({ writes }) => {
      const fresh = ids.filter((id) => !processed.has(claimKey(consumer, id)));
      writes.push(() => {
        for (const id of ids) failures.delete(failureKey(consumer, id));
        for (const id of fresh) processed.add(claimKey(consumer, id));
      });
      return fresh;
    });
  };

  const store = (owner: Owner): ConsumerStore & BatchStore => ({
    inTenant: async (tenantId, work) => {
      const tx = await call(owner, () => {
        if (chance(weather.statementLost)) throw away();
        const begun: Transaction = { owner, isOpen: true, isLost: false, writes: [], locks: [] };
        open.add(begun);
        return begun;
      });
      const committed: (() => void)[] = [];
      try {
        const result = await work(handleOf(tx, tenantId, committed));
        await call(owner, () => {
          if (!tx.isOpen || tx.isLost) throw away();
          if (chance(weather.commitLostBefore)) {
            abandon(tx);
            throw away();
          }
          end(tx, true);
          if (chance(weather.commitLostAfter)) throw away();
        });
        for (const then of committed) then();
        return result;
      } catch (error) {
        if (tx.isOpen && !tx.isLost) await call(owner, () => end(tx, false));
        throw error;
      }
    },
    readyAggregates: (consumer) =>
      call(owner, () =>
        [...parked.values()]
          .filter(
            (event) =>
              event.consumer === consumer &&
              event.sequence === (positions.get(placeOf(consumer, event.aggregateId)) ?? 0) + 1 &&
              !isWaiting(failureKey(consumer, event.eventId)),
          )
          .map(({ tenantId, aggregateId }) => ({ tenantId, aggregateId })),
      ),
    // What was published before its queue was bound is nobody's history here: `beginning` is 0.
    lockPosition: async (tx, consumer, aggregateId) =>
      (await placeMany(tx, consumer, [aggregateId])).get(aggregateId) ?? 0,
    lockPositions: (tx, consumer, seen) => placeMany(tx, consumer, [...seen.keys()]),
    movePosition: async (tx, consumer, aggregateId, sequence) =>
      (await moveMany(tx, consumer, new Map([[aggregateId, sequence]]))).has(aggregateId),
    movePositions: moveMany,
    parkEvent: (tx, consumer, event) => {
      const key = parkedKey(consumer, event.aggregateId, event.sequence);
      return statement(tx, [key], ({ writes }) => {
        writes.push(() => {
          const known = parked.get(key);
          if (!known || (event.skip && !known.skip))
            parked.set(key, { ...event, consumer, tenantId: tx.tenantId ?? '' });
        });
      });
    },
    takeParked: (tx, consumer, aggregateId, sequence) => {
      const key = parkedKey(consumer, aggregateId, sequence);
      return statement(tx, [key], ({ writes }) => {
        writes.push(() => parked.delete(key));
        return parked.get(key);
      });
    },
    removeParked: (tx, consumer, eventId) =>
      statement(tx, [], ({ writes }) => {
        writes.push(() => {
          for (const [key, event] of parked)
            if (event.consumer === consumer && event.eventId === eventId) parked.delete(key);
        });
      }),
    claimEvent: async (tx, consumer, eventId) => {
      const key = failureKey(consumer, eventId);
      const { dueInMs, attempts } = await statement(tx, [], () => {
        const known = failures.get(key);
        const isOpen = known !== undefined && !known.isDead;
        return isOpen
          ? { dueInMs: Math.max(0, known.nextAt - now()), attempts: known.attempts }
          : { dueInMs: 0, attempts: 0 };
      });
      if (dueInMs > 0) return { claimed: false, dueInMs };
      const claimed = (await claimMany(tx, consumer, [eventId])).length === 1;
      return { claimed, dueInMs: 0, ...(attempts > 0 && { failed: { attempts, reason: 'simulated' } }) };
    },
    claimEvents: claimMany,
    countFailure: (tx, { consumer, eventId, counted, delays, patienceMs }) => {
      const key = failureKey(consumer, eventId);
      return statement(tx, [key], ({ writes }) => {
        const known = failures.get(key);
        if (known?.isDead) return undefined;
        const isEarly = known !== undefined && known.nextAt > now();
        const counts = !isEarly && (counted || (known !== undefined && known.firstAt < now() - patienceMs));
        const attempts = (known?.attempts ?? 0) + (counts ? 1 : 0);
        const dueAt = now() + (delays[Math.min(delays.length, (known?.attempts ?? 0) + 1) - 1] ?? 0);
        const nextAt = isEarly ? known.nextAt : dueAt;
        writes.push(() => failures.set(key, { attempts, firstAt: known?.firstAt ?? now(), nextAt, isDead: false }));
        return attempts;
      });
    },
    lockFailure: (tx, consumer, eventId) => {
      const key = failureKey(consumer, eventId);
      return statement(tx, [key], () => {
        const known = failures.get(key);
        return known ? (known.isDead ? 'dead' : 'failing') : 'gone';
      });
    },
    markDead: (tx, consumer, eventId) => {
      const key = failureKey(consumer, eventId);
      return statement(tx, [key], ({ writes }) => {
        const known = failures.get(key);
        if (known) writes.push(() => failures.set(key, { ...known, isDead: true }));
      });
    },
    forgetFailure: (tx, consumer, eventId) => {
      const key = failureKey(consumer, eventId);
      return statement(tx, [key], ({ writes }) => {
        writes.push(() => failures.delete(key));
      });
    },
    noteDuration: async () => {},
    noteDurations: async () => {},
  });

  /** Takes out what is said, in place: others hold on to the list. */
  const keepEffects = (isKept: (effect: Effect) => boolean): void => {
    effects.splice(0, effects.length, ...effects.filter(isKept));
  };
  /** A transaction that locks these rows and then changes what is committed. */
  const change = (owner: Owner, rows: readonly string[], run: () => void): Promise<void> =>
    store(owner).inTenant('tenant', (tx) => statement(tx, rows, ({ writes }) => void writes.push(run)));

  return {
    effects,
    resends,
    /** A statement of an operator's process by itself. */
    asked: <T>(owner: Owner, run: () => T): Promise<T> => call(owner, run),
    /** By event, with the moment. */
    resendsOf: (consumer: string): ReadonlyMap<string, number> =>
      new Map(
        [...resends]
          .filter(([key]) => key.startsWith(`${consumer} `))
          .map(([key, moment]) => [key.slice(consumer.length + 1), moment]),
      ),
    /** What was asked for again meanwhile stays. */
    sentAgain: (consumer: string, sent: ReadonlyMap<string, number>): void => {
      for (const [id, moment] of sent)
        if (resends.get(`${consumer} ${id}`) === moment) resends.delete(`${consumer} ${id}`);
    },
    /** All that was given up has its attempts again, and is to be sent again; answers how many. */
    redriveAll: (): number => {
      const dead = [...failures].filter(([, { isDead }]) => isDead);
      for (const [key] of dead) {
        failures.set(key, { attempts: 0, firstAt: now(), nextAt: 0, isDead: false });
        askedFor += 1;
        resends.set(key.slice('failure '.length), askedFor);
      }
      return dead.length;
    },
    isSettled: (consumer: string, eventId: string): boolean => processed.has(claimKey(consumer, eventId)),
    /** Of a rebuild in any order: claims with what they stand for, but for those the log has not as sent; answers how many those were. */
    clearEvents: async (owner: Owner, consumer: string, log: readonly SimulatedRow[]): Promise<number> => {
      const claimed = log.filter(({ event }) => processed.has(claimKey(consumer, event.eventId)));
      const sent = claimed.filter(({ status }) => status === 'processed').map(({ event }) => event.eventId);
      await change(owner, sent.map((id) => claimKey(consumer, id)).sort(), () => {
        for (const id of sent) processed.delete(claimKey(consumer, id));
        keepEffects((effect) => effect.consumer !== consumer || !sent.includes(effect.eventId));
      });
      return claimed.length - sent.length;
    },
    /** Of a rebuild in order: places, claims, what is parked and what they stand for, of whole aggregates; answers how many had to be left. */
    clearAggregates: async (owner: Owner, consumer: string, log: readonly SimulatedRow[]): Promise<number> => {
      let left = 0;
      const all = [...new Set(log.map(({ event }) => event.aggregateId))].sort();
      const places = all.map((id) => placeOf(consumer, id));
      await change(owner, places, () => {
        left = 0;
        for (const id of all) {
          const at = positions.get(placeOf(consumer, id)) ?? 0;
          const own = log.filter(({ event, committed }) => committed && event.aggregateId === id);
          const isThere = (sequence: number): boolean =>
            sequence <= at || parked.has(parkedKey(consumer, id, sequence));
          if (own.some(({ event, status }) => status === 'pending' && isThere(event.sequence))) {
            left += 1;
            continue;
          }
          positions.set(placeOf(consumer, id), 0);
          for (const { event } of own) processed.delete(claimKey(consumer, event.eventId));
          for (const [key, event] of parked)
            if (event.consumer === consumer && event.aggregateId === id) parked.delete(key);
          keepEffects((effect) => effect.consumer !== consumer || effect.aggregateId !== id);
        }
      });
      return left;
    },
    /** The end of clearing: what the log has as sent comes anew, and with all its attempts. */
    clearRest: (consumer: string, log: readonly SimulatedRow[]): void => {
      for (const { event, status } of log) {
        if (status !== 'processed') continue;
        failures.delete(failureKey(consumer, event.eventId));
        resends.delete(`${consumer} ${event.eventId}`);
      }
    },
    parked: () => parked.size,
    openTransactions: () => open.size,
    store,
    /** A process died: its connections with it. */
    lose: (owner: Owner): void => {
      for (const tx of open) if (tx.owner === owner) abandon(tx);
    },
  };
}
