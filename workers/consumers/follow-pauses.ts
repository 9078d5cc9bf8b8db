// Follows which consumers an operator has paused: looks every few seconds, and at once when told to. What can't be read stays as it was last known.
import { pause } from '../../platform/pause.ts';

/** What is known of the pauses. */
export type Pauses = {
  /** Undefined until the first look. */
  readonly isPaused: (name: string) => boolean | undefined;
  /** Resolves when the consumer may run, or `signal` aborts. */
  readonly whenRunning: (name: string, signal: AbortSignal) => Promise<void>;
  /** Aborts when the consumer is paused from now on. */
  readonly untilPaused: (name: string) => AbortSignal;
  /** Looks at once. */
  readonly look: () => void;
};

/** Starts to look; ends with `stop`. `read` answers the names of the paused ones. */
export function followPauses(
  {
    read,
    everyMs,
    onChange,
    onError,
  }: {
    readonly read: () => Promise<readonly string[]>;
    readonly everyMs: number;
    readonly onChange: (name: string, isPaused: boolean) => void;
    readonly onError: (error: unknown) => void;
  },
  stop: AbortSignal,
): Pauses {
  let paused: ReadonlySet<string> | undefined;
  const running = new Map<string, AbortController>();
  let changed = new AbortController();
  let wake = new AbortController();

  const take = (names: readonly string[]): void => {
    const before = paused ?? new Set();
    paused = new Set(names);
    for (const name of paused) {
      if (before.has(name)) continue;
      running.get(name)?.abort();
      running.delete(name);
      onChange(name, true);
    }
    for (const name of before) if (!paused.has(name)) onChange(name, false);
    changed.abort();
    changed = new AbortController();
  };
  const follow = async (): Promise<void> => {
    while (!stop.aborted) {
      wake = new AbortController();
      await read().then(take, onError);
      await pause(everyMs, wake.signal, stop);
    }
  };
  void follow();

  return {
    isPaused: (name) => paused?.has(name),
    whenRunning: async (name, signal) => {
      while (paused?.has(name) !== false && !signal.aborted) await pause(everyMs, changed.signal, signal);
    },
    untilPaused: (name) => {
      if (paused?.has(name)) return AbortSignal.abort();
      const controller = running.get(name) ?? new AbortController();
      running.set(name, controller);
      return controller.signal;
    },
    look: () => wake.abort(),
  };
}
