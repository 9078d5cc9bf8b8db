// What each consumer's queues were ever bound with: it only grows. The broker forgets no binding by itself, so a row has to name what it has dropped.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ConsumerRow, isOrdered, patternsOf, retryDelaysOf } from '../../workers/consumers/consumer.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';
import { projectDir } from '../stack/paths.ts';

const known = z.record(
  z.string(),
  z.strictObject({ patterns: z.array(z.string()), retryDelaysMs: z.array(z.number()) }),
);

/** By consumer. */
export type Bindings = z.infer<typeof known>;

/** What was known, and what the rows have now. Throws when something was dropped that no row names, saying what to write where. */
export function mergeBindings(before: Bindings, rows: readonly ConsumerRow[]): Bindings {
  const gone = Object.keys(before).filter((name) => !rows.some((row) => row.name === name));
  if (gone.length > 0)
    throw new Error(
      `${gone.join(', ')}: no consumer any more, but its queues are bound at every broker and would fill for ever. ` +
        'Delete them there, write in CHANGELOG.md that this has to be done, then take its lines out of docs/generated/bindings.json.',
    );
  return Object.fromEntries(
    rows
      .map((row): [string, Bindings[string]] => {
        const { patterns = [], retryDelaysMs = [] } = before[row.name] ?? {};
        return [
          row.name,
          {
            patterns: grown(row.name, 'patterns', patterns, patternsOf(row), row.formerly?.patterns),
            retryDelaysMs: grown(
              row.name,
              'retryDelaysMs',
              retryDelaysMs,
              isOrdered(row) ? [] : retryDelaysOf(row),
              row.formerly?.retryDelaysMs,
            ),
          },
        ];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function grown<T extends string | number>(
  consumer: string,
  what: string,
  before: readonly T[],
  now: readonly T[],
  formerly: readonly T[] = [],
): T[] {
  const unnamed = before.filter((one) => !now.includes(one) && !formerly.includes(one));
  if (unnamed.length > 0)
    throw new Error(
      `${consumer} had ${unnamed.join(', ')} in an earlier release and has it no more. Write it into formerly.${what} of its row, so that it is taken away at the broker.`,
    );
  return [...new Set([...before, ...now])].sort((one, other) => (one < other ? -1 : 1));
}

const file = 'bindings.json';

/** The file, grown by what the rows have now. */
export function bindingsFile(): Record<string, string> {
  const text = readFileSync(path.join(projectDir, 'docs/generated', file), 'utf8');
  const merged = mergeBindings(known.parse(JSON.parse(text)), allConsumerRows);
  return { [file]: `${JSON.stringify(merged, null, 2)}\n` };
}
