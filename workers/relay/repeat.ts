// A loop that runs one step again and again. A step that fails is tried again; between two runs the loop sleeps until it is poked.
import type { Signal } from './signal.ts';

/** What to run and whom to tell. `run` answers after how many ms to run again at the latest. */
export type Repetition = {
  readonly run: () => Promise<number>;
  readonly goesOn: () => boolean;
  readonly signal: Signal;
  readonly onError: (error: unknown) => void;
  readonly onSuccess: () => void;
};

const retryMs = 250;

/** Ends when it must not go on. Never throws. */
export async function repeat({ run, goesOn, signal, onError, onSuccess }: Repetition): Promise<void> {
  while (goesOn()) {
    const waitMs = await run().then(
      (ms) => {
        onSuccess();
        return ms;
      },
      (error: unknown) => {
        onError(error);
        return retryMs;
      },
    );
    await signal.wait(waitMs);
  }
}
