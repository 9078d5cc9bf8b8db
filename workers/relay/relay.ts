// The relay as steps over ports: beat (leases), read, pump (publish), flush (mark). Whoever drives it may interleave the steps as they like,
// but runs each of beat, read and flush one at a time.
import type { Outcome } from '../amqp/publisher.ts';
import { createFlight, type Taken } from './flight.ts';
import { createHolds, type Hold } from './holds.ts';
import { createLowWater } from './low-water.ts';
import type { PendingEvent, RelayOptions, RelayPorts } from './ports.ts';
import { retryWaitMs } from './retry.ts';

/** What a relay is doing. `leaseValid`: it may publish. */
export type RelayStatus = {
  readonly partitions: number;
  readonly processes: number;
  readonly leaseValid: boolean;
  readonly queued: number;
  readonly inWindow: number;
  readonly heldAggregates: number;
};

/** The relay's steps. */
export type Relay = {
  /** Renews the leases; answers in how many ms to beat again. Throws when the database can't be reached. */
  readonly beat: () => Promise<number>;
  /** Reads what can be sent; answers how many rows it took. Throws when the database can't be reached. */
  readonly read: () => Promise<number>;
  /** Publishes at most `limit` queued events; answers whether more could go right now. */
  readonly pump: (limit: number) => boolean;
  /** Marks what was confirmed; answers how many. Throws when the database can't be reached: nothing is forgotten. */
  readonly flush: () => Promise<number>;
  /** The publisher lost its connection: everything unconfirmed is read again later. Costs no try. */
  readonly lose: () => void;
  /** Gives all partitions back. */
  readonly leave: () => Promise<void>;
  readonly wantsRows: () => boolean;
  readonly isDraining: () => boolean;
  readonly nextCheckMs: () => number;
  readonly status: () => RelayStatus;
};

/** How long before its lease ends a relay stops publishing. */
const safetyMs = 500;
const beatEveryMs = 1_000;
/** How long a held aggregate waits for what it still has in flight. */
const settleWaitMs = 10;
/** So many held aggregates are looked at before fresh rows get their turn. */
const heldPerRead = 50;

/** Makes a relay. `onSettled` is called after each outcome: there is something to flush, or room to pump. */
export function createRelay(ports: RelayPorts, options: RelayOptions, onSettled: () => void): Relay {
  const { leases, outbox, publisher, now, observer } = ports;
  const flight = createFlight();
  const holds = createHolds();
  const lowWater = createLowWater();
  let owned = new Map<number, number>();
  let draining = new Set<number>();
  let processes = 0;
  let validUntil = 0;
  let epoch = 0;
  let sweptAt = now();
  let dueAskedAt = Number.NEGATIVE_INFINITY;

  const isMine = (partition: number): boolean => owned.has(partition) && !draining.has(partition);
  const readable = (): number[] => [...owned.keys()].filter((partition) => !draining.has(partition));
  const isLeaseValid = (): boolean => now() < validUntil;

  const beat = async (): Promise<number> => {
    const startedAt = now();
    const drained = [...draining].filter((partition) => !flight.usesPartition(partition));
    const view = await leases.beat(drained);
    const fresh = [...view.owned].filter(([partition, fence]) => owned.get(partition) !== fence);
    // A row that holds its aggregate back must be known before anything of its partition goes out.
    const holding = fresh.length > 0 ? await outbox.readHolding(fresh.map(([partition]) => partition)) : [];
    const isLost = (partition: number): boolean => view.owned.get(partition) !== owned.get(partition);
    const surplus = new Set(view.surplus);
    const lost = [...owned.keys()].filter(isLost);
    if (fresh.length > 0 || lost.length > 0 || surplus.size > 0 || draining.size > 0) forgetReads();
    flight.dropWhere(
      ({ event, stage }) => isLost(event.partition) || (stage === 'queued' && surplus.has(event.partition)),
    );
    holds.dropPartitions(isLost);
    for (const { aggregateId, partition } of holding) holds.hold(aggregateId, partition, now());
    owned = new Map(view.owned);
    draining = surplus;
    processes = view.processes;
    validUntil = startedAt + leases.leaseMs - safetyMs;
    return Math.min(beatEveryMs, Math.max(view.nextExpiryMs, 0) + 5);
  };

  /** What is being read now is thrown away, and everything is read again: something may have been let go in between. */
  const forgetReads = (): void => {
    epoch += 1;
    lowWater.reset();
  };

  const take = (event: PendingEvent, pass?: number): boolean => {
    const fence = owned.get(event.partition);
    if (fence === undefined || draining.has(event.partition) || flight.has(event.id)) return false;
    flight.enqueue(event, fence, pass);
    return true;
  };

  /** Asks which tries are due; also finds what an operator redrives or discards. */
  const readDue = async (partitions: readonly number[]): Promise<void> => {
    dueAskedAt = now();
    for (const { aggregateId, partition, id } of await outbox.readDue(partitions)) {
      if (flight.has(id) || !isMine(partition)) continue;
      const hold = holds.get(aggregateId) ?? holds.hold(aggregateId, partition, now());
      hold.checkAt = Math.min(hold.checkAt, now());
    }
  };

  /**
   * Looks at the rows of a held aggregate. The first one goes alone, and nothing follows one that failed before: only when it got through do the
   * others follow, in their sequence. The hold stays while anything is left behind.
   */
  const readHeld = async (aggregateId: string, hold: Hold): Promise<number> => {
    const began = epoch;
    // Taken when the read began: it may still see as pending what is marked by the time it answers.
    const taken = new Set(flight.ids());
    const rows = await outbox.readAggregate(aggregateId, options.batch);
    if (began !== epoch || holds.get(aggregateId) !== hold) return 0;
    hold.checkAt = now() + settleWaitMs;
    if (rows.some(({ event }) => taken.has(event.id))) return 0;
    let count = 0;
    for (const { event, waitMs, isSuspect } of rows) {
      if (waitMs > 0) {
        hold.checkAt = now() + waitMs;
        return count;
      }
      if (take(event, hold.pass)) count += 1;
      if (!hold.proven || isSuspect) return count;
    }
    if (rows.length < options.batch) holds.release(aggregateId);
    return count;
  };

  const readFresh = async (partitions: readonly number[]): Promise<number> => {
    if (now() - sweptAt >= options.sweepEveryMs) {
      sweptAt = now();
      lowWater.reset();
    }
    const began = epoch;
    const after = lowWater.mark();
    const result = await outbox.readPending({
      after,
      partitions,
      except: flight.ids().filter((id) => id > after),
      heldAggregates: holds.ids(),
      limit: options.batch,
      wantsNewest: lowWater.wantsNewest(),
    });
    if (began !== epoch) return 0;
    lowWater.note(result, options.batch);
    let count = 0;
    for (const event of result.events) if (!holds.get(event.aggregateId) && take(event)) count += 1;
    return count;
  };

  const read = async (): Promise<number> => {
    const partitions = readable();
    if (partitions.length === 0 || !publisher.ready() || !isLeaseValid()) return 0;
    if (now() - dueAskedAt >= options.dueEveryMs) await readDue(partitions);
    let count = 0;
    for (const [aggregateId, hold] of holds.due(now()).slice(0, heldPerRead))
      if (isMine(hold.partition)) count += await readHeld(aggregateId, hold);
    return count + (await readFresh(partitions));
  };

  const settle = (taken: Taken, outcome: Outcome): void => {
    if (!flight.isCurrent(taken)) return;
    const { event } = taken;
    if (outcome.kind === 'lost') flight.drop(taken);
    else if (outcome.kind === 'confirmed') {
      gotThrough(taken);
      observer.sent?.(event, now() - taken.publishedAt);
    } else if (outcome.kind === 'returned' && !ports.isBound(event.type)) {
      gotThrough(taken);
      observer.returnedUnbound?.(event);
    } else if (isBehindAHold(taken)) flight.drop(taken);
    else if (outcome.kind === 'nacked') {
      observer.nacked?.(event);
      holds.hold(event.aggregateId, event.partition, now() + options.nackWaitMs * (0.5 + ports.random()));
      flight.drop(taken);
    } else {
      const reason =
        outcome.kind === 'refused' ? outcome.reason : 'returned: no queue takes it, though a consumer binds its type';
      void failTry(taken, reason);
    }
    onSettled();
  };

  const gotThrough = (taken: Taken): void => {
    flight.confirm(taken);
    const hold = holds.get(taken.event.aggregateId);
    if (hold && hold.pass === taken.pass) hold.proven = true;
  };

  /** An earlier event of the aggregate failed while this one was in flight: it will be sent again after that one, and its own failure counts nothing. */
  const isBehindAHold = ({ event, pass }: Taken): boolean => {
    const hold = holds.get(event.aggregateId);
    return hold !== undefined && hold.pass !== pass;
  };

  const failTry = async (taken: Taken, reason: string): Promise<void> => {
    const { event, fence } = taken;
    flight.fail(taken);
    const hold = holds.hold(event.aggregateId, event.partition, Number.POSITIVE_INFINITY);
    const giveUp = event.retryCount + 1 >= options.maxTries;
    const waitMs = retryWaitMs(event.retryCount, options, ports.random());
    observer.failedTry?.(event, reason, giveUp);
    // When the database is away too, the try is not counted and the event goes out again: it stayed pending.
    await outbox.markFailedTry(event, fence, reason, { waitMs, giveUp }).then(
      () => {
        if (!giveUp) hold.checkAt = now() + waitMs;
      },
      () => {
        hold.checkAt = now() + waitMs;
      },
    );
    flight.drop(taken);
    onSettled();
  };

  const pump = (limit: number): boolean => {
    for (let count = 0; count < limit; count += 1) {
      if (!publisher.ready() || !isLeaseValid()) return false;
      if (flight.inWindow() >= options.window || flight.bytesInWindow() >= options.windowBytes) return false;
      const taken = flight.next();
      if (!taken) return false;
      if (!isMine(taken.event.partition) || isBehindAHold(taken)) {
        flight.drop(taken);
        continue;
      }
      flight.publish(taken, now());
      publisher.publish(taken.event, (outcome) => settle(taken, outcome));
    }
    return flight.queued() > 0;
  };

  const flush = async (): Promise<number> => {
    const batch = flight.takeConfirmed();
    if (batch.length === 0) return 0;
    try {
      await outbox.markSent(batch);
    } catch (error) {
      flight.giveBackConfirmed(batch);
      throw error;
    }
    for (const taken of batch) flight.drop(taken);
    onSettled();
    return batch.length;
  };

  return {
    beat,
    read,
    pump,
    flush,
    lose: () => {
      flight.dropWhere(() => true);
      forgetReads();
    },
    leave: async () => {
      flight.dropWhere(() => true);
      owned = new Map();
      draining = new Set();
      holds.dropPartitions(() => true);
      forgetReads();
      validUntil = 0;
      await leases.leave();
    },
    wantsRows: () => flight.queued() < options.batch,
    isDraining: () => draining.size > 0,
    nextCheckMs: () => holds.nextCheckAt() - now(),
    status: () => ({
      partitions: owned.size,
      processes,
      leaseValid: isLeaseValid(),
      queued: flight.queued(),
      inWindow: flight.inWindow(),
      heldAggregates: holds.size(),
    }),
  };
}
