// Two relays and two consumer processes in bad weather, interleaved by chance. fast-check draws the worlds and tells how to come back to one that breaks an
// invariant; a world draws everything else from its number (docs/decisions/0019).
import fc from 'fast-check';
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

/** Which runs: fast-check's seed, how many, and its path to begin at, as a failure tells it. */
export type Interleavings = {
  readonly seed: number;
  readonly runs: number;
  readonly path?: string;
  readonly weather?: Weather;
};

/** A world by its number: all numbers alike, and no number is simpler than another. */
const worlds = fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 0xffff_ffff })));

/** Runs them; gives what happened. Throws with seed and path of the first run that breaks an invariant. */
export async function runInterleavings(
  { seed, runs, path, weather = storm }: Interleavings,
  wrong?: WrongBuild,
): Promise<Incidents> {
  const total = { death: 0, stop: 0, cut: 0, clockJump: 0, pause: 0, redrive: 0, replay: 0, rebuild: 0 };
  const holds = fc.asyncProperty(worlds, async (number) => {
    const world = createBackbone({
      random: randomFrom(number),
      inOrder: false,
      weather: { ...calm, ...weather },
      aggregates: 3,
      eventsEach: 3,
      relays: 2,
      consumerProcesses: 2,
      operates: true,
      batches: number % 2 === 0,
      ...(wrong && { wrong }),
    });
    const isDone = await world.live();
    for (const kind of kinds) total[kind] += world.incidents[kind];
    for (const kind of askedKinds) total[kind] += world.asked[kind];
    assertLedger(world, isDone);
  });
  const details = await fc.check(holds, {
    seed,
    numRuns: runs,
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return { ...total, runs: details.numRuns };
  const { errorInstance: error, counterexamplePath } = details;
  const again = `again with SIMULATION_SEED=${details.seed} SIMULATION_PATH=${counterexamplePath}`;
  throw new Error(`${error instanceof Error ? error.message : 'unknown'} (${again})`);
}
