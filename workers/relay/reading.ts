// When a relay reads: as fast as there is room while there is more, else by polling that slows down, and at once when a bell rings.
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { Relay } from './relay.ts';

/** The reading of a driven relay. */
export type Reading = {
  /** Reads once; answers in how many ms to read again at the latest. */
  readonly read: () => Promise<number>;
  /** A bell rang. */
  readonly ring: () => void;
  /** The last read was cut short, and there is room again: read at once. */
  readonly isDue: () => boolean;
};

const minPollMs = 10;
const maxPollMs = 500;

/** Makes it. `pump` is called when there is something new to publish. */
export function createReading(
  relay: Pick<Relay, 'read' | 'wantsRows' | 'nextCheckMs'>,
  { now, observer }: Pick<RelayPorts, 'now' | 'observer'>,
  { batch }: Pick<RelayOptions, 'batch'>,
  pump: () => void,
): Reading {
  let moreToRead = false;
  /** When the first bell rang that no read has followed yet. */
  let rungAt: number | undefined;
  let pollMs = minPollMs;
  return {
    read: async () => {
      moreToRead = !relay.wantsRows();
      if (moreToRead) return maxPollMs;
      const heardAt = rungAt;
      rungAt = undefined;
      const count = await relay.read();
      // Bells ring in every relay: only the one that found something was meant.
      if (heardAt !== undefined && count > 0) observer.bellAnswered?.(now() - heardAt);
      moreToRead = count >= batch;
      pump();
      pollMs = count > 0 ? minPollMs : Math.min(maxPollMs, pollMs * 2);
      if (moreToRead && relay.wantsRows()) return 0;
      // Never at once: a read that may not begin (broker blocked, lease lapsed) leaves a due check due, and would go round without end.
      return Math.min(pollMs, Math.max(relay.nextCheckMs(), minPollMs));
    },
    ring: () => {
      rungAt ??= now();
    },
    isDue: () => moreToRead && relay.wantsRows(),
  };
}
