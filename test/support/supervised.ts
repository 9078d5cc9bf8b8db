// Our processes under faults: each by a name, killed, stopped and started again under its old address. An end that nobody asked for is written down.
import { eventually } from './eventually.ts';
import { type Exposition, scrape } from './exposition.ts';
import type { Ledger } from './invariants.ts';
import { startProcess, type TestProcess } from './process.ts';

/** What to start: see test/support/process.ts. */
export type SupervisedSpec = Omit<Parameters<typeof startProcess>[0], 'port'>;

/** The processes of one run. */
export type Supervised = {
  readonly start: (name: string, spec: SupervisedSpec) => Promise<TestProcess>;
  readonly get: (name: string) => TestProcess;
  readonly names: () => string[];
  /** SIGKILL. */
  readonly kill: (name: string) => Promise<void>;
  /** Starts again what was killed or has killed itself. */
  readonly restart: (name: string) => Promise<TestProcess>;
  /** Says that this process is about to end by an injected fault; `ended` resolves when it has. */
  readonly doom: (name: string) => Promise<void>;
  /** Everything that all of them printed, over all their lives. */
  readonly output: () => string;
  /** Ends nobody asked for, and errors that no code caught. */
  readonly exits: () => Ledger['exits'];
  /** What each serves at /metrics, by its name. */
  readonly metrics: () => Promise<ReadonlyMap<string, Exposition>>;
  /** SIGTERM to all; an exit code other than 0 counts as an end nobody asked for. */
  readonly stop: () => Promise<void>;
};

/** Makes an empty set. */
export function createSupervised(): Supervised {
  const specs = new Map<string, SupervisedSpec>();
  const running = new Map<string, TestProcess>();
  const doomed = new Set<number>();
  const exits: { process: string; how: string }[] = [];
  const printed: (() => string)[] = [];

  const launch = async (name: string, port?: number): Promise<TestProcess> => {
    const spec = specs.get(name);
    if (!spec) throw new Error(`${name} was never started.`);
    const started = await startProcess({ readyTimeoutMs: 120_000, ...spec, ...(port !== undefined && { port }) });
    running.set(name, started);
    printed.push(() => started.output());
    void started.exited.then(({ code, signal }) => {
      if (!doomed.has(started.pid)) exits.push({ process: name, how: signal ?? `exit code ${code}` });
    });
    return started;
  };
  const get = (name: string): TestProcess => {
    const found = running.get(name);
    if (!found) throw new Error(`${name} was never started.`);
    return found;
  };
  return {
    start: (name, spec) => {
      specs.set(name, spec);
      return launch(name);
    },
    get,
    names: () => [...running.keys()],
    kill: async (name) => {
      doomed.add(get(name).pid);
      await get(name).kill();
    },
    restart: (name) => launch(name, get(name).port),
    doom: async (name) => {
      doomed.add(get(name).pid);
      await get(name).exited;
    },
    output: () => printed.map((output) => output()).join('\n'),
    exits: () => [
      ...exits,
      ...printed.flatMap((output) =>
        output()
          .split('\n')
          .filter((line) => /uncaught exception|unhandled rejection/i.test(line))
          .map((line) => ({ process: 'log', how: line.slice(0, 300) })),
      ),
    ],
    metrics: async () => {
      const found = new Map<string, Exposition>();
      // A connection kept open may be closed by the other side in the very moment in which it is used again.
      for (const [name, { url }] of running) found.set(name, await eventually(() => scrape(url)));
      return found;
    },
    stop: async () => {
      await Promise.all(
        [...running].map(async ([name, one]) => {
          const wasDoomed = doomed.has(one.pid);
          doomed.add(one.pid);
          one.signal('SIGCONT');
          const code = await one.stop();
          if (!wasDoomed && code !== 0) exits.push({ process: name, how: `did not stop cleanly: ${code}` });
        }),
      );
    },
  };
}

/** One metric of a process, summed over its labels. Throws when it has none of this name. */
export async function metricOf({ url }: TestProcess, name: string): Promise<number> {
  const text = await eventually(async () =>
    (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) })).text(),
  );
  const values = [...text.matchAll(new RegExp(`^messaging_${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))];
  if (values.length === 0) throw new Error(`There is no metric ${name}.`);
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
