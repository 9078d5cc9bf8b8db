// What was asked for on the command line. `--quick` shows that everything works; only a full run is for the record.
import { fullSizes, quickSizes, type Sizes } from './sizes.ts';

/** The parsed command line. */
export type Options = {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly write: boolean;
  readonly sizes: Sizes;
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
  const sizes = isQuick ? quickSizes : fullSizes;
  return { quick: isQuick, only, write: write ?? !isQuick, sizes: rounds > 0 ? { ...sizes, rounds } : sizes };
}
