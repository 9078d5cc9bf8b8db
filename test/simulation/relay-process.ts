// A relay process of the simulated world: the product's loops and steps on simulated ports and time.
import { driveRelay } from '../../workers/relay/drive-relay.ts';
import type { LeasePort, OutboxPort, PublishPort, RelayOptions } from '../../workers/relay/ports.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What a relay of this world needs. `connect` opens its channel; it hears when the channel is lost and open again. */
export type RelayProcess = {
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly leases: LeasePort;
  readonly outbox: OutboxPort;
  readonly connect: (onState: (state: 'open' | 'down') => void) => PublishPort;
  readonly options: RelayOptions;
};

/** Starts it. A step that failed is tried again, as the loops have it. */
export function startRelay({ scheduler, owner, leases, outbox, connect, options }: RelayProcess): void {
  const { now, random, soon, after } = scheduler;
  const publisher = connect((state) => relay.brokerChanged(state));
  const ports = { leases, outbox, publisher, now, random, isBound: () => true, observer: {} };
  const timers = {
    after: (ms: number, then: () => void) => after(owner, ms, then),
    soon: (then: () => void) => soon(owner, then),
  };
  const relay = driveRelay(ports, options, () => {}, undefined, timers);
  soon(owner, () => relay.brokerChanged('open'));
}
