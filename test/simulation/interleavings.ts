// Two relays and two consumer processes in bad weather, interleaved by chance: a run is its seed.
import { type Backbone, createBackbone, type WrongBuild } from './backbone.ts';
import { assertLedger } from './ledger.ts';
import { randomFrom } from './random.ts';
import { calm, type Weather } from './weather.ts';

/** Everything at once. */
export const storm: Weather = {
  nacked: 0.03,
  returned: 0.02,
  statementLost: 0.006,
  commitLostBefore: 0.015,
  commitLostAfter: 0.015,
  leftOpen: 0.5,
  handlerFails: 0.05,
  poison: 0.04,
  death: 0.004,
  stop: 0.002,
  cut: 0.005,
  clockJump: 0.002,
  operate: 0.004,
  writerAborts: 0.1,
  writerLate: 0.2,
};

/** The faults of many runs, counted, and how many runs there were. */
export type Incidents = Backbone['incidents'] & Backbone['asked'] & { readonly runs: number };

const kinds = ['death', 'stop', 'cut', 'clockJump'] as const;
const askedKinds = ['pause', 'redrive', 'replay', 'rebuild'] as const;

/** Which runs: the seeds from `seed` on. After `limitMs` no further one begins. */
export type Interleavings = {
  readonly seed: number;
  readonly runs: number;
  readonly limitMs?: number;
  readonly weather?: Weather;
};

/** Runs them; gives what happened. Throws with the seed of the first run that breaks an invariant. */
export async function runInterleavings(
  { seed, runs, limitMs = Number.POSITIVE_INFINITY, weather = storm }: Interleavings,
  wrong?: WrongBuild,
): Promise<Incidents> {
  const total = { runs: 0, death: 0, stop: 0, cut: 0, clockJump: 0, pause: 0, redrive: 0, replay: 0, rebuild: 0 };
  const startedAt = performance.now();
  for (let run = 0; run < runs && performance.now() - startedAt < limitMs; run += 1) {
    total.runs += 1;
    const world = createBackbone({
      random: randomFrom(seed + run),
      inOrder: false,
      weather: { ...calm, ...weather },
      aggregates: 3,
      eventsEach: 3,
      relays: 2,
      consumerProcesses: 2,
      operates: true,
      batches: (seed + run) % 2 === 0,
      ...(wrong && { wrong }),
    });
    const isDone = await world.live();
    for (const kind of kinds) total[kind] += world.incidents[kind];
    for (const kind of askedKinds) total[kind] += world.asked[kind];
    try {
      assertLedger(world, isDone);
    } catch (error) {
      const again = `again with SIMULATION_SEED=${seed + run} SIMULATION_RUNS=1`;
      throw new Error(`seed ${seed + run}: ${error instanceof Error ? error.message : 'unknown'} (${again})`);
    }
  }
  return total;
}
