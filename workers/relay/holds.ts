// Aggregates whose events are held back, because an earlier one of theirs could not go out. Order inside an aggregate comes before everything.

/**
 * One held aggregate. `checkAt`: when to look at its rows again (Infinity: when somebody redrives it). `pass`: what its rows must carry to go out.
 * `proven`: its first row got through, so that the others may follow in a row. `refusals`: how often in a row a full queue has refused its first row.
 */
export type Hold = {
  readonly partition: number;
  readonly pass: number;
  checkAt: number;
  proven: boolean;
  refusals: number;
};

/** The held aggregates of the owned partitions. */
export type Holds = {
  readonly get: (aggregateId: string) => Hold | undefined;
  /** Holds an aggregate, or holds it anew: rows that carry an older pass stay behind. */
  readonly hold: (aggregateId: string, partition: number, checkAt: number) => Hold;
  readonly release: (aggregateId: string) => void;
  readonly dropPartitions: (isGone: (partition: number) => boolean) => void;
  readonly due: (now: number) => [string, Hold][];
  readonly ids: () => string[];
  readonly size: () => number;
  /** The earliest `checkAt`. */
  readonly nextCheckAt: () => number;
};

/** Starts empty. */
export function createHolds(): Holds {
  const held = new Map<string, Hold>();
  let passes = 0;
  return {
    get: (aggregateId) => held.get(aggregateId),
    hold: (aggregateId, partition, checkAt) => {
      passes += 1;
      const hold = { partition, pass: passes, checkAt, proven: false, refusals: 0 };
      held.set(aggregateId, hold);
      return hold;
    },
    release: (aggregateId) => held.delete(aggregateId),
    dropPartitions: (isGone) => {
      for (const [aggregateId, { partition }] of held) if (isGone(partition)) held.delete(aggregateId);
    },
    due: (now) => [...held].filter(([, { checkAt }]) => checkAt <= now),
    ids: () => [...held.keys()],
    size: () => held.size,
    nextCheckAt: () => {
      let next = Number.POSITIVE_INFINITY;
      for (const { checkAt } of held.values()) next = Math.min(next, checkAt);
      return next;
    },
  };
}
