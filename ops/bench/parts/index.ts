// The parts of the benchmark, in the order in which they run.
import type { PartResult } from '../report/result.ts';
import type { Bench } from '../run/bench.ts';
import { measureBacklog } from './backlog.ts';
import { measureCommands } from './commands.ts';
import { measureCommits } from './commits.ts';
import { measureConsumers } from './consumers.ts';
import { measureDrain } from './drain.ts';
import { measureGrowth } from './growth.ts';
import { measureLatency } from './latency.ts';
import { measureRebuild } from './rebuild.ts';
import { measureReplay } from './replay.ts';
import { measureTakeover } from './takeover.ts';

/** Each measures by itself and answers its tables. */
export const parts = {
  drain: measureDrain,
  latency: measureLatency,
  commits: measureCommits,
  takeover: measureTakeover,
  consumers: measureConsumers,
  rebuild: measureRebuild,
  commands: measureCommands,
  replay: measureReplay,
  growth: measureGrowth,
  backlog: measureBacklog,
} satisfies Record<string, (bench: Bench) => Promise<PartResult>>;

/** Their names. */
export const partNames = Object.keys(parts) as (keyof typeof parts)[];
