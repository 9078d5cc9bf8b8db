// Drives a relay's steps as loops that overlap: leases, reading, publishing, marking. Knows time, bells and the broker's state; decides nothing else.
import { pause } from '../../platform/pause.ts';
import type { PublisherState } from '../amqp/publisher.ts';
import { createBursts } from './bursts.ts';
import { createMarking } from './marking.ts';
import { createMembership } from './membership.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import { createReading } from './reading.ts';
import { createRelay, type RelayStatus } from './relay.ts';
import { repeat } from './repeat.ts';
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

/** Starts the loops; waits for `brokerChanged('open')` before it joins. `onError` hears of every failed step. */
export function driveRelay(
  ports: RelayPorts,
  options: RelayOptions,
  onError: (step: RelayStep, error: unknown) => void,
  onSuccess: (step: RelayStep) => void = () => {},
  timers: Timers = systemTimers,
): DrivenRelay {
  const signals = { beat: createSignal(timers), read: createSignal(timers), mark: createSignal(timers) };
  const pokeAll = (): void => {
    for (const signal of Object.values(signals)) signal.poke();
  };
  let phase: 'running' | 'draining' | 'stopped' = 'running';
  let broker: PublisherState = 'down';

  const relay = createRelay(ports, options, () => {
    if (marking.isDue()) signals.mark.poke();
    pump();
    if (reading.isDue()) signals.read.poke();
    if (relay.isDraining()) signals.beat.poke();
  });
  const pump = createBursts(relay.pump, timers);
  const reading = createReading(relay, ports, options, pump);
  const marking = createMarking(relay, ports, options, () => phase !== 'running');
  const membership = createMembership(
    relay,
    () => broker === 'down',
    (first) => {
      // What was queued when the lease lapsed goes on: nothing else would set it going while the queue is full.
      pump();
      if (first) signals.read.poke();
    },
  );

  const start = (step: keyof typeof signals, goesOn: () => boolean, run: () => Promise<number>): Promise<void> =>
    repeat({
      run,
      goesOn,
      signal: signals[step],
      onError: (error) => onError(step, error),
      onSuccess: () => onSuccess(step),
    });
  const loops = [
    start('beat', () => phase !== 'stopped', membership.beat),
    start('read', () => phase === 'running', reading.read),
    start('mark', () => phase !== 'stopped', marking.mark),
  ];

  return {
    ring: () => {
      reading.ring();
      signals.read.poke();
    },
    rebalance: signals.beat.poke,
    brokerChanged: (state) => {
      broker = state;
      if (state === 'down') relay.lose();
      pump();
      pokeAll();
    },
    status: relay.status,
    stop: async (drainMs = 5_000) => {
      phase = 'draining';
      signals.read.poke();
      signals.mark.poke();
      const deadline = ports.now() + drainMs;
      while (relay.status().inWindow > 0 && ports.now() < deadline) await pause(5);
      phase = 'stopped';
      pokeAll();
      await Promise.all(loops);
      if (membership.isJoined()) await relay.leave().catch((error: unknown) => onError('leave', error));
    },
  };
}
