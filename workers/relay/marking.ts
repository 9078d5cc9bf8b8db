// When a relay marks what was confirmed: many in one statement cost half of what few do, and nobody waits for a mark but the window.
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { Relay } from './relay.ts';

/** The marking of a driven relay. */
export type Marking = {
  /** Marks, or lets more gather; answers in how many ms to run again at the latest. */
  readonly mark: () => Promise<number>;
  /** Something was settled just now, and it is time to run. */
  readonly isDue: () => boolean;
};

const restMs = 500;

/** Makes it. `hurries`: nothing is to be waited for. */
export function createMarking(
  relay: Pick<Relay, 'flush' | 'toMark' | 'isDraining'>,
  { now }: Pick<RelayPorts, 'now'>,
  { gatherMs }: Pick<RelayOptions, 'gatherMs'>,
  hurries: () => boolean,
): Marking {
  let gatheringSince: number | undefined;
  const isEnough = (): boolean => relay.toMark().isMuch || relay.isDraining() || hurries();
  return {
    mark: async () => {
      while (relay.toMark().count > 0) {
        gatheringSince ??= now();
        const left = gatheringSince + gatherMs - now();
        if (left > 0 && !isEnough()) return left;
        gatheringSince = undefined;
        await relay.flush();
      }
      return restMs;
    },
    isDue: () => relay.toMark().count === 1 || isEnough(),
  };
}
