// What was asked for on the command line, and the sizes that follow from it. `--quick` shows that everything works; only a full run is for the record.

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
  readonly backlog: number;
  readonly growth: number;
  readonly growthBacklogs: readonly number[];
};

/** The parsed command line. */
export type Options = {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly write: boolean;
  readonly sizes: Sizes;
};

const full: Sizes = {
  rounds: 3,
  drain: 25_000,
  slow: 2_000,
  warmUp: 3_000,
  latencySeconds: 5,
  commitSeconds: 3,
  takeovers: 3,
  consumed: 10_000,
  backlog: 1_000_000,
  growth: 15_000,
  growthBacklogs: [1_000, 100_000],
};
const quick: Sizes = {
  rounds: 1,
  drain: 3_000,
  slow: 300,
  warmUp: 500,
  latencySeconds: 2,
  commitSeconds: 1,
  takeovers: 1,
  consumed: 1_500,
  backlog: 20_000,
  growth: 2_000,
  growthBacklogs: [1_000, 10_000],
};

/** Reads `--quick`, `--only a,b`, `--rounds n`, `--write` and `--no-write` (unless said: a full run writes the docs). Throws a message for people. */
export function parseOptions(args: readonly string[], parts: readonly string[]): Options {
  let [isQuick, rounds] = [false, 0];
  let write: boolean | undefined;
  let only: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--quick') isQuick = true;
    else if (arg === '--write' || arg === '--no-write') write = arg === '--write';
    else if (arg === '--only') only = (rest.shift() ?? '').split(',').filter(Boolean);
    else if (arg === '--rounds') rounds = Number(rest.shift());
    else
      throw new Error(`Unknown: ${arg}. Known: --quick, --only ${parts.join(',')}, --rounds <n>, --write, --no-write`);
  }
  const unknown = only.filter((name) => !parts.includes(name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}. The parts: ${parts.join(', ')}`);
  if (!Number.isInteger(rounds) || rounds < 0) throw new Error('--rounds takes a whole number');
  const sizes = isQuick ? quick : full;
  return { quick: isQuick, only, write: write ?? !isQuick, sizes: rounds > 0 ? { ...sizes, rounds } : sizes };
}
