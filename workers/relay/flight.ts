// The events a relay has taken: queued, published, confirmed and to be marked, or failing. Pure bookkeeping.
import type { PendingEvent } from './ports.ts';

/** Where a taken event is. */
export type Stage = 'queued' | 'published' | 'confirmed' | 'failing';

/** One taken event. `pass`: lets it go out although its aggregate is held. */
export type Taken = {
  readonly event: PendingEvent;
  readonly fence: number;
  readonly pass: number | undefined;
  stage: Stage;
  publishedAt: number;
};

/** The taken events by position. */
export type Flight = {
  readonly has: (id: number) => boolean;
  readonly isCurrent: (taken: Taken) => boolean;
  readonly enqueue: (event: PendingEvent, fence: number, pass?: number) => void;
  /** Events kept in memory, sent ones that are not let go yet included. */
  readonly kept: () => number;
  /** The next queued event, removed from the queue but still taken. */
  readonly next: () => Taken | undefined;
  readonly publish: (taken: Taken, now: number) => void;
  readonly confirm: (taken: Taken) => void;
  readonly fail: (taken: Taken) => void;
  readonly drop: (taken: Taken) => void;
  /** Forgets what is queued or published and matches; what is confirmed is still to be marked. */
  readonly dropWhere: (matches: (taken: Taken) => boolean) => void;
  /** Confirmed and not taken to be marked yet. */
  readonly confirmed: () => { readonly count: number; readonly bytes: number };
  readonly takeConfirmed: () => Taken[];
  readonly giveBackConfirmed: (taken: readonly Taken[]) => void;
  readonly ids: () => number[];
  readonly queued: () => number;
  /** Published and not yet marked: the duplicates a crash would cause. */
  readonly inWindow: () => number;
  readonly bytesInWindow: () => number;
  readonly usesPartition: (partition: number) => boolean;
};

const compactAfter = 1_000;

/** Starts empty. */
export function createFlight(): Flight {
  const taken = new Map<number, Taken>();
  let queue: Taken[] = [];
  let head = 0;
  let confirmed: Taken[] = [];
  let confirmedBytes = 0;
  let window = 0;
  let bytes = 0;

  const leaveWindow = (one: Taken): void => {
    if (one.stage === 'queued') return;
    window -= 1;
    bytes -= one.event.data.length;
  };
  const remove = (one: Taken): void => {
    if (taken.get(one.event.id) !== one) return;
    taken.delete(one.event.id);
    leaveWindow(one);
  };
  const peek = (): Taken | undefined => {
    for (let one = queue[head]; one; head += 1, one = queue[head])
      if (taken.get(one.event.id) === one && one.stage === 'queued') return one;
    queue = [];
    head = 0;
    return undefined;
  };
  return {
    has: (id) => taken.has(id),
    isCurrent: (one) => taken.get(one.event.id) === one,
    enqueue: (event, fence, pass) => {
      const one: Taken = { event, fence, pass, stage: 'queued', publishedAt: 0 };
      taken.set(event.id, one);
      queue.push(one);
    },
    next: () => {
      const one = peek();
      if (one) head += 1;
      // During a long drain the queue never runs empty: what went out must not stay in memory behind it.
      if (head >= compactAfter) {
        queue = queue.slice(head);
        head = 0;
      }
      return one;
    },
    publish: (one, now) => {
      one.stage = 'published';
      one.publishedAt = now;
      window += 1;
      bytes += one.event.data.length;
    },
    confirm: (one) => {
      one.stage = 'confirmed';
      confirmed.push(one);
      confirmedBytes += one.event.data.length;
    },
    fail: (one) => {
      one.stage = 'failing';
    },
    drop: remove,
    dropWhere: (matches) => {
      for (const one of taken.values())
        if ((one.stage === 'queued' || one.stage === 'published') && matches(one)) remove(one);
    },
    confirmed: () => ({ count: confirmed.length, bytes: confirmedBytes }),
    takeConfirmed: () => {
      const batch = confirmed;
      confirmed = [];
      confirmedBytes = 0;
      return batch;
    },
    giveBackConfirmed: (batch) => {
      confirmed = [...batch, ...confirmed];
      for (const { event } of batch) confirmedBytes += event.data.length;
    },
    ids: () => [...taken.keys()],
    kept: () => queue.length,
    queued: () => queue.length - head,
    inWindow: () => window,
    bytesInWindow: () => bytes,
    usesPartition: (partition) => {
      for (const { event } of taken.values()) if (event.partition === partition) return true;
      return false;
    },
  };
}
