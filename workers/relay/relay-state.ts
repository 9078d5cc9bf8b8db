// How a relay is, in words for an operator: whether it sends, and if not, why.
import type { Logger } from '../../platform/log.ts';
import { createTroubles } from '../../platform/troubles.ts';
import type { RelayHealth } from './run-relay.ts';

/** What /healthz and /readyz of the relay show. `paused`: why nothing is sent, null while it sends. */
export type RelayState = {
  readonly paused: string | null;
  readonly broker: string;
  readonly lease: string;
  readonly bell: string;
  readonly partitions: number;
  readonly relays: number;
  readonly inFlight: number;
  readonly heldAggregates: number;
};

/** Puts the figures into words. */
export function relayState(health: RelayHealth): RelayState {
  const { broker, brokerReason, leaseValid, hears, partitions, processes, inWindow, heldAggregates } = health;
  return {
    paused: whyPaused(health),
    broker: broker === 'open' ? 'open' : `${broker}: ${brokerReason}`,
    lease: leaseValid ? 'valid' : 'none: may not publish',
    bell: hears ? 'heard' : 'deaf: polls instead, at most 500 ms late',
    partitions: leaseValid ? partitions : 0,
    relays: processes,
    inFlight: inWindow,
    heldAggregates,
  };
}

function whyPaused({ broker, brokerReason, leaseValid, databaseOk }: RelayHealth): string | null {
  if (broker === 'down') return `the broker is away (${brokerReason}); it goes on by itself, no try is spent`;
  if (broker === 'blocked') return `the broker takes nothing (${brokerReason}); it goes on by itself, no try is spent`;
  if (!leaseValid) return 'it has no valid lease';
  return databaseOk ? null : 'the database can not be used';
}

/** Logs when the relay pauses, with each of its reasons once, and when it sends again. Looks every `everyMs`, the first time after that. */
export function tellPauses(health: () => RelayHealth, log: Logger, everyMs = 1_000): { readonly stop: () => void } {
  const troubles = createTroubles();
  const look = (): void => {
    const reason = whyPaused(health());
    if (reason === null) troubles.over('relay', () => log.info('the relay sends again'));
    else troubles.has('relay', reason, () => log.warn({ reason }, 'the relay is paused'));
  };
  const timer = setInterval(look, everyMs);
  return { stop: () => clearInterval(timer) };
}
