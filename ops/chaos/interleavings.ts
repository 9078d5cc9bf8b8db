// All random interleavings of the simulation, beside rows that mostly wait: they only compute, with what the others leave over of the machine.
import { runTestFile } from '../testing/run-file.ts';

/** What they came to: `said` is the count, as the test tells it. */
export type InterleavingsReport = { readonly said: string; readonly problems: readonly string[] };

const wanted = 10_000;
/** As long as a whole run may take. */
const timeoutMs = 30 * 60_000;

/** Runs them to the end. */
export async function runAllInterleavings(seed: number): Promise<InterleavingsReport> {
  const environment = { SIMULATION_RUNS: String(wanted), SIMULATION_SEED: String(seed) };
  const result = await runTestFile('test/simulation/interleavings.test.ts', { environment, timeoutMs, aside: true });
  return {
    said: result.said.join('; ') || 'they never came to an end',
    problems: result.failures.map(({ error }) => `simulation: ${error}`),
  };
}
