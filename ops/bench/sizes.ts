// How much a run does.

/** How much each part does. Counts are events. */
export type Sizes = {
  readonly rounds: number;
  readonly drain: number;
  readonly slow: number;
  readonly warmUp: number;
  readonly latencySeconds: number;
  readonly commitSeconds: number;
  readonly takeovers: number;
  readonly consumed: number;
  readonly rebuilt: number;
  readonly commands: number;
  readonly replayed: number;
  readonly backlog: number;
  readonly growth: number;
  readonly growthBacklogs: readonly number[];
};

/** For the record: about 25 minutes. */
export const fullSizes: Sizes = {
  rounds: 3,
  drain: 25_000,
  slow: 2_000,
  warmUp: 3_000,
  latencySeconds: 5,
  commitSeconds: 3,
  takeovers: 3,
  consumed: 10_000,
  rebuilt: 200_000,
  commands: 500,
  replayed: 10_000,
  backlog: 1_000_000,
  growth: 15_000,
  growthBacklogs: [1_000, 100_000],
};
/** Shows that everything works: about 4 minutes. */
export const quickSizes: Sizes = {
  rounds: 1,
  drain: 3_000,
  slow: 300,
  warmUp: 500,
  latencySeconds: 2,
  commitSeconds: 1,
  takeovers: 1,
  consumed: 1_500,
  rebuilt: 4_000,
  commands: 100,
  replayed: 1_000,
  backlog: 20_000,
  growth: 2_000,
  growthBacklogs: [1_000, 10_000],
};
