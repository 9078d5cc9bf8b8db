// The channel a publisher has right now, if any, and whether the broker takes messages. Tells every change once.
import type { ConfirmChannel } from 'amqplib';
import type { PublisherState } from './publisher.ts';

/** A publisher's link to the broker. */
export type BrokerLink = {
  readonly state: () => PublisherState;
  readonly channel: () => ConfirmChannel | undefined;
  readonly open: (channel: ConfirmChannel) => void;
  readonly drop: (reason: string) => void;
  /** The broker takes nothing for this reason; null: it does again. */
  readonly block: (reason: string | null) => void;
  readonly isBlocked: () => boolean;
  readonly unblockedAt: () => number;
};

/** Down at first. `onDropped` is called after the state was told. */
export function createBrokerLink(
  onState: (state: PublisherState, reason: string) => void,
  onDropped: () => void,
): BrokerLink {
  let channel: ConfirmChannel | undefined;
  let downBecause: string | undefined;
  let blocked = false;
  let unblockedAt = 0;
  const state = (): PublisherState => (channel === undefined ? 'down' : blocked ? 'blocked' : 'open');
  return {
    state,
    channel: () => channel,
    open: (opened) => {
      channel = opened;
      onState(state(), 'connected');
    },
    drop: (reason) => {
      if (channel === undefined) {
        // Why it can't come back is told too, each reason once.
        if (downBecause !== reason) onState('down', reason);
        downBecause = reason;
        return;
      }
      channel = undefined;
      downBecause = reason;
      onState('down', reason);
      onDropped();
    },
    block: (reason) => {
      if (blocked === (reason !== null)) return;
      blocked = reason !== null;
      unblockedAt = performance.now();
      if (channel) onState(state(), reason ?? 'the broker takes messages again');
    },
    isBlocked: () => blocked,
    unblockedAt: () => unblockedAt,
  };
}
