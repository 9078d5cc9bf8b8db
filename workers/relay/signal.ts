// Lets a loop sleep until somebody pokes it or a time is over; a poke before the sleep is not lost.

/** A poke-able sleep for one loop. */
export type Signal = { readonly poke: () => void; readonly wait: (ms: number) => Promise<void> };

/** Makes one. */
export function createSignal(): Signal {
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
        const timer = setTimeout(() => wake?.(), ms);
        wake = () => {
          clearTimeout(timer);
          wake = undefined;
          poked = false;
          resolve();
        };
      });
    },
  };
}
