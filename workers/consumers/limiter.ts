// At most so many at once, first come first served; with a key, those of one key one after the other.

/** Runs work when its turn comes. */
export type Limiter = <T>(key: string | undefined, work: () => Promise<T>) => Promise<T>;

/** Makes a limiter of `size` slots. */
export function createLimiter(size: number): Limiter {
  let free = size;
  const waiting: (() => void)[] = [];
  const tails = new Map<string, Promise<unknown>>();

  const inSlot = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
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
