// Drives a relay's steps as loops that overlap: leases, reading, publishing, marking. Knows time, bells and the broker's state; decides nothing else.
import { pause } from '../../platform/pause.ts';
import type { PublisherState } from '../amqp/publisher.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import { createRelay, type RelayStatus } from './relay.ts';
import { createSignal, systemTimers, type Timers } from './signal.ts';

/** A running relay. */
export type DrivenRelay = {
  /** A hint that there is something to read. */
  readonly ring: () => void;
  /** A hint that partitions became free or are wanted by others. */
  readonly rebalance: () => void;
  /** The broker's state changed. While it is down the relay holds no partitions; while it is blocked it waits with them. */
  readonly brokerChanged: (state: PublisherState) => void;
  readonly status: () => RelayStatus;
  /** Stops reading, waits for what is in flight (at most `drainMs`), marks it, gives the partitions back. */
  readonly stop: (drainMs?: number) => Promise<void>;
};

/** The steps that can fail; each is tried again. */
export type RelayStep = 'beat' | 'read' | 'mark' | 'leave';

const minPollMs = 10;
const maxPollMs = 500;
/** So many are published before others get their turn in the event loop. */
const burst = 128;
const retryMs = 250;

/** Starts the loops; waits for `brokerChanged('open')` before it joins. `onError` hears of every failed step. */
export function driveRelay(
  ports: RelayPorts,
  options: RelayOptions,
  onError: (step: RelayStep, error: unknown) => void,
  onSuccess: (step: RelayStep) => void = () => {},
  timers: Timers = systemTimers,
): DrivenRelay {
  const signals = { beat: createSignal(timers), read: createSignal(timers), flush: createSignal(timers) };
  let phase: 'running' | 'draining' | 'stopped' = 'running';
  let broker: PublisherState = 'down';
  let joined = false;
  /** The last read was cut short: read again as soon as there is room. */
  let moreToRead = false;
  let pumpScheduled = false;
  /** When the first bell rang that no read has followed yet. */
  let rungAt: number | undefined;

  const pump = (): void => {
    if (pumpScheduled || !relay.pump(burst)) return;
    pumpScheduled = true;
    timers.soon(() => {
      pumpScheduled = false;
      pump();
    });
  };
  const relay = createRelay(ports, options, () => {
    signals.flush.poke();
    pump();
    if (moreToRead && relay.wantsRows()) signals.read.poke();
    if (relay.isDraining()) signals.beat.poke();
  });

  const beat = async (): Promise<number> => {
    if (broker !== 'down') {
      const nextMs = await relay.beat();
      // What was queued when the lease lapsed goes on: nothing else would set it going while the queue is full.
      pump();
      if (!joined) signals.read.poke();
      joined = true;
      return nextMs;
    }
    if (joined) {
      await relay.flush();
      await relay.leave();
      joined = false;
    }
    return maxPollMs;
  };
  const read = async (): Promise<number> => {
    moreToRead = !relay.wantsRows();
    if (moreToRead) return maxPollMs;
    const heardAt = rungAt;
    rungAt = undefined;
    const count = await relay.read();
    // Bells ring in every relay: only the one that found something was meant.
    if (heardAt !== undefined && count > 0) ports.observer.bellAnswered?.(ports.now() - heardAt);
    moreToRead = count >= options.batch;
    pump();
    pollMs = count > 0 ? minPollMs : Math.min(maxPollMs, pollMs * 2);
    if (moreToRead && relay.wantsRows()) return 0;
    // Never at once: a read that may not begin (broker blocked, lease lapsed) leaves a due check due, and would go round without end.
    return Math.min(pollMs, Math.max(relay.nextCheckMs(), minPollMs));
  };
  let pollMs = minPollMs;
  const flush = async (): Promise<number> => {
    while ((await relay.flush()) > 0);
    return maxPollMs;
  };

  const loop = async (
    step: RelayStep,
    signal: keyof typeof signals,
    goesOn: () => boolean,
    run: () => Promise<number>,
  ) => {
    while (goesOn()) {
      const waitMs = await run().then(
        (ms) => {
          onSuccess(step);
          return ms;
        },
        (error: unknown) => {
          onError(step, error);
          return retryMs;
        },
      );
      await signals[signal].wait(waitMs);
    }
  };
  const loops = [
    loop('beat', 'beat', () => phase !== 'stopped', beat),
    loop('read', 'read', () => phase === 'running', read),
    loop('mark', 'flush', () => phase !== 'stopped', flush),
  ];

  return {
    ring: () => {
      rungAt ??= ports.now();
      signals.read.poke();
    },
    rebalance: signals.beat.poke,
    brokerChanged: (state) => {
      broker = state;
      if (state === 'down') relay.lose();
      pump();
      for (const signal of Object.values(signals)) signal.poke();
    },
    status: relay.status,
    stop: async (drainMs = 5_000) => {
      phase = 'draining';
      signals.read.poke();
      const deadline = ports.now() + drainMs;
      while (relay.status().inWindow > 0 && ports.now() < deadline) await pause(5);
      phase = 'stopped';
      for (const signal of Object.values(signals)) signal.poke();
      await Promise.all(loops);
      if (joined) await relay.leave().catch((error: unknown) => onError('leave', error));
    },
  };
}
