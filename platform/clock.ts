// Time and ids as injected ports, so that nothing else asks the machine for either. Ids are UUIDs in lower case.
import { v5, v7 } from 'uuid';

/** Tells the time. */
export type Clock = { now(): Date };

/** Draws ids: UUIDs that sort by the time they were drawn. */
export type Ids = { next(): string };

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** UUIDv7 by the machine's clock. */
export const uuidv7Ids: Ids = { next: () => v7() };

/** Never change it: every derived id depends on it. */
const PROJECT_NAMESPACE = 'f3b1d6a4-52c8-4d0e-9a57-0c6e8b21d79f';

/** The same UUIDv5 for the same parts, on every machine. `('a', 'b:c')` and `('a:b', 'c')` differ. */
export function derivedId(namespace: string, ...parts: string[]): string {
  return v5(JSON.stringify([namespace, ...parts]), PROJECT_NAMESPACE);
}

const last = { msecs: -1, seq: 0 };

/** A UUIDv7 that carries exactly the given time (ms). Ids drawn one after the other for the same time sort in that order. */
export function uuidv7At(at: Date): string {
  const msecs = at.getTime();
  // Start low in the 32 bits, so that counting up within a millisecond never wraps round.
  last.seq = msecs === last.msecs ? last.seq + 1 : Math.floor(Math.random() * 2 ** 31);
  last.msecs = msecs;
  return v7({ msecs, seq: last.seq });
}

/** A clock for tests: starts at `iso`; each reading is `stepMs` later than the one before; `advance` moves it. */
export function fixedClock(iso: string, stepMs = 0): Clock & { advance(ms: number): void } {
  let time = new Date(iso).getTime();
  if (Number.isNaN(time)) throw new RangeError(`fixedClock: ${iso} is not an ISO 8601 time`);
  return {
    now() {
      const reading = new Date(time);
      time += stepMs;
      return reading;
    },
    advance(ms) {
      time += ms;
    },
  };
}

/** Ids for tests: valid UUIDv7s that end in 1, 2, 3…; `series` (0–65535) keeps several sources apart. */
export function sequentialIds(series = 0): Ids {
  const group = series.toString(16).padStart(4, '0');
  let count = 0;
  return {
    next() {
      count += 1;
      return `00000000-${group}-7000-8000-${count.toString(16).padStart(12, '0')}`;
    },
  };
}
