// Lets a loop sleep until somebody pokes it or a time is over; a poke before the sleep is not lost.

/** A poke-able sleep for one loop. */
export type Signal = { readonly poke: () => void; readonly wait: (ms: number) => Promise<void> };

/** What loops need of time. `after` gives its cancellation; `soon` lets others have their turn first. */
export type Timers = {
  readonly after: (ms: number, then: () => void) => () => void;
  readonly soon: (then: () => void) => void;
};

/** The process's own. */
export const systemTimers: Timers = {
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  soon: (then) => void setImmediate(then),
};

/** Makes one. */
export function createSignal({ after }: Pick<Timers, 'after'> = systemTimers): Signal {
  let poked = false;
  let wake: (() => void) | undefined;
  return {
    poke: () => {
      poked = true;
      wake?.();
    },
    wait: (ms) => {
      if (poked || ms <= 0) {
        poked = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const cancel = after(ms, () => wake?.());
        wake = () => {
          cancel();
          wake = undefined;
          poked = false;
          resolve();
        };
      });
    },
  };
}
