// Runs one simulation as a process of its own; the job comes as an argument, the answer goes to the parent.
import { runCrashPoints } from './crash-points.ts';
import type { Job } from './in-process.ts';
import { runInterleavings } from './interleavings.ts';
import { runSagaPlans } from './saga-plans.ts';

// An error's stack costs more than the rest of a call.
Error.stackTraceLimit = 0;
const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const run = (): Promise<unknown> => {
  if (job.name === 'crashPoints') return runCrashPoints(job.kind, 2);
  return job.name === 'sagas' ? runSagaPlans(job.part) : runInterleavings(job);
};
try {
  const result = await run();
  process.send?.({ result });
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
}
