// Random interleavings of two relays and two consumer processes, everything failing now and then. SIMULATION_SEED and SIMULATION_RUNS choose others,
// SIMULATION_PATH one of a seed's. Here 2,000 of them, others each time; `npm run chaos` runs 10,000.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleavingsInProcesses } from './in-process.ts';
import { simulationSettings } from './random.ts';

const usual = 2_000;

test('interleavings in bad weather', async (t) => {
  const { seed, runs, path } = simulationSettings(usual);
  const startedAt = performance.now();
  const { runs: done, ...incidents } = await interleavingsInProcesses({
    ...{ seed, runs },
    ...(path !== undefined && { path }),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  t.diagnostic(
    `${done.toLocaleString('en')} of ${runs.toLocaleString('en')} interleavings in ${seconds} s, SIMULATION_SEED=${seed}: ${JSON.stringify(incidents)}`,
  );
  assert.equal(done, runs);
  if (done >= usual)
    for (const [kind, count] of Object.entries(incidents)) assert.ok(count > done / 10, `hardly any ${kind}`);
});
