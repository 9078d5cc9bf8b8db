// Simulations in processes of their own: where the test runner watches every promise, each of them costs several times as much.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Kind } from './crash-points.ts';
import type { Incidents, Interleavings } from './interleavings.ts';
import type { SagaPart } from './saga-plans.ts';

/** What a process is to do. */
export type Job =
  | { readonly name: 'crashPoints'; readonly kind: Kind }
  | { readonly name: 'sagas'; readonly part: SagaPart }
  | (Interleavings & { readonly name: 'interleavings' });
type Answer = { readonly result: unknown } | { readonly error: string };

/** All crash points of a kind of consumer; gives how many runs there were. */
export function crashPointsInProcess(kind: Kind): Promise<number> {
  return inProcess({ name: 'crashPoints', kind }) as Promise<number>;
}

/** Sagas with one trouble each, or with two; gives how many there were. */
export function sagaPlansInProcess(part: SagaPart): Promise<number> {
  return inProcess({ name: 'sagas', part }) as Promise<number>;
}

/** Random interleavings, half of them in each of two processes, of which the other has the next seed; those of a path in one. */
export async function interleavingsInProcesses({ seed, runs, ...rest }: Interleavings): Promise<Incidents> {
  const half = Math.ceil(runs / 2);
  const run = (from: number, count: number): Promise<Incidents> =>
    inProcess({ name: 'interleavings', seed: from, runs: count, ...rest }) as Promise<Incidents>;
  if (rest.path !== undefined) return run(seed, runs);
  const [one, other] = await Promise.all([run(seed, half), run(seed + 1, runs - half)]);
  const kinds = Object.keys(one) as (keyof Incidents)[];
  return Object.fromEntries(kinds.map((kind) => [kind, one[kind] + other[kind]])) as Incidents;
}

function inProcess(job: Job): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL('./simulation-process.ts', import.meta.url));
    const child = fork(file, [JSON.stringify(job)], { execArgv: ['--import', 'tsx'] });
    child.once('message', (answer: Answer) => {
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.result);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the process ended (${code}) without an answer`)));
  });
}
