// From where to read: the position below which every row is known, because each transaction that could still bring one has ended.
// Positions are drawn before commit, so a lower one can appear after a higher one: a remembered "last position" would pass it over.
import type { PendingRead } from './ports.ts';

/** Keeps the mark. Reads start above `mark()`; each is then told to `note`. */
export type LowWater = {
  readonly mark: () => number;
  /** Whether the next read should tell which transactions had not begun. */
  readonly wantsNewest: () => boolean;
  readonly note: (read: PendingRead, limit: number) => void;
  readonly reset: () => void;
};

/** Starts at 0: everything is unknown. */
export function createLowWater(): LowWater {
  let mark = 0;
  /** Once all transactions that ran when `position` was seen have ended, nothing below it can appear any more. */
  let candidate: { position: number; newest: number } | undefined;
  return {
    mark: () => mark,
    wantsNewest: () => candidate === undefined,
    reset: () => {
      mark = 0;
      candidate = undefined;
    },
    note: ({ events, oldestOpen, newest }, limit) => {
      const last = events.at(-1)?.id;
      const readTo = events.length >= limit && last !== undefined ? last : Number.POSITIVE_INFINITY;
      if (candidate && oldestOpen >= candidate.newest) {
        mark = Math.max(mark, Math.min(candidate.position, readTo));
        if (candidate.position <= readTo) candidate = undefined;
      }
      if (!candidate && last !== undefined && newest !== null) candidate = { position: last, newest };
    },
  };
}
