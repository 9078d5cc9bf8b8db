// At most so many at once, first come first served; with a key, those of one key one after the other. Who takes long makes room for others.

/** Runs work when its turn comes. */
export type Limiter = <T>(key: string | undefined, work: () => Promise<T>) => Promise<T>;

/** Room beside the slots for what takes long; one for all limiters of a process. */
export type SlowLane = { readonly enter: () => boolean; readonly leave: () => void };

/** What takes longer than `afterMs` gives its slot back and goes on in the lane, while there is room in it. `after` gives its cancellation. */
export type Slow = {
  readonly lane: SlowLane;
  readonly afterMs: number;
  readonly after: (ms: number, then: () => void) => () => void;
};

/** Makes a lane with room for `size`. */
export function createSlowLane(size: number): SlowLane {
  let room = size;
  return {
    enter: () => {
      if (room === 0) return false;
      room -= 1;
      return true;
    },
    leave: () => {
      room += 1;
    },
  };
}

/** Makes a limiter of `size` slots. */
export function createLimiter(size: number, slow?: Slow): Limiter {
  let free = size;
  const waiting: (() => void)[] = [];
  const tails = new Map<string, Promise<unknown>>();

  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const inSlot = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let leave = release;
    const cancel = slow?.after(slow.afterMs, () => {
      if (!slow.lane.enter()) return;
      leave = slow.lane.leave;
      release();
    });
    try {
      return await work();
    } finally {
      cancel?.();
      leave();
    }
  };
  return (key, work) => {
    if (key === undefined) return inSlot(work);
    const before = tails.get(key) ?? Promise.resolve();
    const result = before.then(() => inSlot(work));
    const tail = result.catch(() => {});
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return result;
  };
}
