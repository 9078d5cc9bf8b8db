// The messages that are sent and not confirmed yet. Each is settled exactly once, whatever happens to channel or connection.
import type { Outcome } from './publisher.ts';

/** One message on its way. */
export type Sending = {
  readonly id: string;
  readonly at: number;
  readonly tell: (outcome: Outcome) => void;
  returned: boolean;
  settled: boolean;
};

/** The unconfirmed messages by id, the oldest first. */
export type Unconfirmed = {
  readonly add: (sending: Sending) => void;
  /** No queue took it. A return comes before the confirm of the same message, which says nothing about it. */
  readonly noteReturn: (id: string) => void;
  readonly settle: (sending: Sending, outcome: Outcome) => void;
  /** Nobody will ever tell what became of them. */
  readonly loseAll: () => void;
  /** When the oldest was sent. */
  readonly oldestAt: () => number | undefined;
};

/** Starts empty. */
export function createUnconfirmed(): Unconfirmed {
  const flying = new Map<string, Sending>();
  const settle = (one: Sending, outcome: Outcome): void => {
    if (one.settled) return;
    one.settled = true;
    if (flying.get(one.id) === one) flying.delete(one.id);
    one.tell(outcome);
  };
  return {
    add: (one) => flying.set(one.id, one),
    noteReturn: (id) => {
      const one = flying.get(id);
      if (one) one.returned = true;
    },
    settle,
    loseAll: () => {
      for (const one of flying.values()) settle(one, { kind: 'lost' });
    },
    oldestAt: () => {
      const [oldest] = flying.values();
      return oldest?.at;
    },
  };
}
