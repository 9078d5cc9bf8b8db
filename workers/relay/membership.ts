// Whether a relay takes part in sharing the partitions: it joins when the broker is there, and leaves when the broker is down.
import type { Relay } from './relay.ts';

/** A driven relay's membership. */
export type Membership = {
  /** Renews the leases, joins or leaves; answers in how many ms to look again at the latest. */
  readonly beat: () => Promise<number>;
  readonly isJoined: () => boolean;
};

const lookAgainMs = 500;

/** Not joined at first. `onRenewed` hears of every renewal, and whether it was the first since joining. */
export function createMembership(
  relay: Pick<Relay, 'beat' | 'flush' | 'leave'>,
  isBrokerDown: () => boolean,
  onRenewed: (first: boolean) => void,
): Membership {
  let joined = false;
  return {
    isJoined: () => joined,
    beat: async () => {
      if (!isBrokerDown()) {
        const nextMs = await relay.beat();
        onRenewed(!joined);
        joined = true;
        return nextMs;
      }
      if (joined) {
        await relay.flush();
        await relay.leave();
        joined = false;
      }
      return lookAgainMs;
    },
  };
}
