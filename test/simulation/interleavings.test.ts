// Random interleavings of two relays and two consumer processes, everything failing now and then. SIMULATION_SEED and SIMULATION_RUNS choose others,
// SIMULATION_PATH one of a seed's. `npm run chaos` runs all 10,000 however long they take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleavingsInProcesses } from './in-process.ts';
import { simulationSettings } from './random.ts';

const wanted = 10_000;
/** On a slow machine it stops here and says how far it came, if that is far enough; when a number of runs was asked for it does them all. */
const limitMs = 60_000;
/** Fewer prove little: then it fails. A machine that is five times slower than the ones it was written on does as many in that time. */
const fewest = 2_000;

test('interleavings in bad weather', async (t) => {
  const { seed, runs, path, isAsked } = simulationSettings(wanted);
  const startedAt = performance.now();
  const { runs: done, ...incidents } = await interleavingsInProcesses({
    ...{ seed, runs },
    ...(path !== undefined && { path }),
    ...(!isAsked && { limitMs }),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  t.diagnostic(
    `${done.toLocaleString('en')} of ${runs.toLocaleString('en')} interleavings in ${seconds} s, SIMULATION_SEED=${seed}: ${JSON.stringify(incidents)}`,
  );
  assert.ok(done >= (isAsked ? runs : fewest), `only ${done} runs, ${isAsked ? runs : fewest} are wanted`);
  if (done >= fewest)
    for (const [kind, count] of Object.entries(incidents)) assert.ok(count > done / 10, `hardly any ${kind}`);
});
