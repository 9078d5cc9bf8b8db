// What a process needs in order to work, by name. Asked by /readyz; each check is bounded in time, parallel questions share one answer.
import type { Metrics } from './metrics.ts';
import { safeError } from './safe-error.ts';

/** One dependency's answer. `ms`: how long the check took. */
export type DependencyState = {
  name: string;
  status: 'ok' | 'error';
  ms: number;
  error?: { code?: string; message: string };
};

/** `ready` only if every dependency is ok and the process isn't stopping. */
export type ReadinessReport = { ready: boolean; stopping: boolean; dependencies: DependencyState[] };

export type Readiness = {
  /** `check` rejects when the dependency can't be used. */
  add(name: string, check: () => Promise<void>): void;
  /** From now on not ready, so that nobody sends new work. */
  stop(): void;
  report(): Promise<ReadinessReport>;
};

/** Makes an empty registry. */
export function createReadiness({ timeoutMs = 3_000 } = {}): Readiness {
  const checks = new Map<string, () => Promise<void>>();
  let stopping = false;
  let running: Promise<DependencyState[]> | undefined;

  async function ask(name: string, check: () => Promise<void>): Promise<DependencyState> {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    try {
      await within(timeoutMs, check());
      return { name, status: 'ok', ms: took() };
    } catch (error) {
      const { code, message } = safeError(error);
      return { name, status: 'error', ms: took(), error: { ...(code === undefined ? {} : { code }), message } };
    }
  }

  return {
    add(name, check) {
      if (checks.has(name)) throw new Error(`The dependency ${name} is already checked.`);
      checks.set(name, async () => check());
    },
    stop() {
      stopping = true;
    },
    async report() {
      running ??= Promise.all([...checks].map(([name, check]) => ask(name, check))).finally(() => {
        running = undefined;
      });
      const dependencies = await running;
      return { ready: !stopping && dependencies.every(({ status }) => status === 'ok'), stopping, dependencies };
    },
  };
}

/** Shows the same in the process's metrics; whoever reads them asks the dependencies. */
export function measureReadiness(metrics: Metrics, readiness: Pick<Readiness, 'report'>): void {
  metrics.gauge({
    name: 'dependency_up',
    help: 'Whether the process can use what it depends on, by name, as /readyz says it.',
    labels: ['dependency'],
    unit: '1 or 0',
    collect: async (gauge) => {
      const { dependencies } = await readiness.report();
      for (const { name, status } of dependencies) gauge.set({ dependency: name }, status === 'ok' ? 1 : 0);
    },
  });
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const late = Object.assign(new Error(`No answer within ${timeoutMs} ms.`), { code: 'timeout' });
    timer = setTimeout(() => reject(late), timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
