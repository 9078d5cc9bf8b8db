// The negative controls of a chaos run, on its servers: which wrong build turned which invariant red, by the names of their tests.
import type { TestServers } from '../../test/support/stack.ts';
import { type FileResult, runTestFile } from '../testing/run-file.ts';

/** A build made wrong on purpose, and whether what it breaks turned red, and nothing else. `breaks` empty: the honest one. */
export type ControlReport = { readonly breaks: readonly string[]; readonly build: string; readonly isRed: boolean };

const file = 'test/chaos/negative-controls.test.ts';
const invariants = Array.from({ length: 12 }, (_, index) => `I${index + 1}`);

/** Runs them. */
export async function runControls(servers: TestServers): Promise<ControlReport[]> {
  const known = Object.entries(servers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return controlsOf(await runTestFile(file, { environment: Object.fromEntries(known) }));
}

/** Reads them out of what the file came to. */
export function controlsOf({ names, failures }: Pick<FileResult, 'names' | 'failures'>): ControlReport[] {
  const control = (name: string, isRed: boolean): ControlReport => {
    const [, breaks = '', build = name] = /^([^:]+): (.+)$/.exec(name) ?? [];
    return { breaks: invariants.filter((one) => breaks.split(' and ').includes(one)), build, isRed };
  };
  const all = [...names.map((name) => control(name, true)), ...failures.map(({ name }) => control(name, false))];
  const place = ({ breaks }: ControlReport): number => invariants.indexOf(breaks[0] ?? '');
  return all.sort((one, other) => place(one) - place(other));
}

/** What the controls did not prove: those that failed, and invariants that none of them turned red. */
export function controlProblems(controls: readonly ControlReport[]): string[] {
  const proven = new Set(controls.flatMap(({ breaks, isRed }) => (isRed ? breaks : [])));
  return [
    ...controls
      .filter(({ isRed }) => !isRed)
      .map(
        ({ breaks, build }) =>
          `the control "${build}" did not turn ${breaks.join(' and ') || 'out well'}${breaks.length > 0 ? ' red' : ''}`,
      ),
    ...invariants.filter((one) => !proven.has(one)).map((one) => `no control turned ${one} red`),
  ];
}
