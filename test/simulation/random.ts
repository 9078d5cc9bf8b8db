// Chance from a seed: the same seed gives the same run.

/** Numbers in [0, 1). */
export type Random = () => number;

/** Makes one from a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The run's settings: SIMULATION_SEED and SIMULATION_RUNS override what the test would take; SIMULATION_PATH is one run of a seed. */
export function simulationSettings(runs: number): {
  readonly seed: number;
  readonly runs: number;
  readonly path: string | undefined;
} {
  const { SIMULATION_SEED: seed, SIMULATION_RUNS: count, SIMULATION_PATH: path } = process.env;
  return {
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(seed),
    runs: Number(count ?? (path === undefined ? runs : 1)),
    path,
  };
}
