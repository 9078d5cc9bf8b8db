// What follows from the outcome of a published event: it is to be marked, read again later, held back, or its try has failed.
import type { Outcome } from '../amqp/publisher.ts';
import type { Taken } from './flight.ts';
import type { RelayOptions, RelayPorts } from './ports.ts';
import type { RelayMemory } from './relay-memory.ts';
import { nackWaitMs, retryWaitMs } from './retry.ts';

/** Makes the settling of one outcome. `onSettled` is called after each, and once more when a failed try has been counted. */
export function createSettle(
  memory: RelayMemory,
  ports: RelayPorts,
  options: RelayOptions,
  onSettled: () => void,
): (taken: Taken, outcome: Outcome) => void {
  const { flight, holds, isBehindAHold } = memory;
  const { now, random, isBound, observer } = ports;
  const failTry = createFailTry(memory, ports, options, onSettled);

  const gotThrough = (taken: Taken): void => {
    flight.confirm(taken);
    const hold = holds.get(taken.event.aggregateId);
    if (hold && hold.pass === taken.pass) hold.proven = true;
  };

  return (taken, outcome) => {
    if (!flight.isCurrent(taken)) return;
    const { event } = taken;
    if (outcome.kind === 'lost') flight.drop(taken);
    else if (outcome.kind === 'confirmed') {
      gotThrough(taken);
      observer.sent?.(event, now() - taken.publishedAt);
    } else if (outcome.kind === 'returned' && !isBound(event.type)) {
      gotThrough(taken);
      observer.returnedUnbound?.(event);
    } else if (isBehindAHold(taken)) flight.drop(taken);
    else if (outcome.kind === 'nacked') {
      observer.nacked?.(event);
      const before = holds.get(event.aggregateId);
      const refusals = before && !before.proven ? before.refusals : 0;
      const waitMs = nackWaitMs(refusals, options, random());
      holds.hold(event.aggregateId, event.partition, now() + waitMs).refusals = refusals + 1;
      flight.drop(taken);
    } else {
      const reason =
        outcome.kind === 'refused' ? outcome.reason : 'returned: no queue takes it, though a consumer binds its type';
      void failTry(taken, reason);
    }
    onSettled();
  };
}

/** Holds the aggregate back and counts the try. */
function createFailTry(
  { flight, holds }: RelayMemory,
  { outbox, now, random, observer }: RelayPorts,
  options: RelayOptions,
  onSettled: () => void,
): (taken: Taken, reason: string) => Promise<void> {
  return async (taken, reason) => {
    const { event, fence } = taken;
    flight.fail(taken);
    const hold = holds.hold(event.aggregateId, event.partition, Number.POSITIVE_INFINITY);
    const giveUp = event.retryCount + 1 >= options.maxTries;
    const waitMs = retryWaitMs(event.retryCount, options, random());
    observer.failedTry?.(event, reason, giveUp);
    // When the database is away too, the try is not counted and the event goes out again: it stayed pending.
    await outbox.markFailedTry(event, fence, reason, { waitMs, giveUp }).then(
      () => {
        if (!giveUp) hold.checkAt = now() + waitMs;
      },
      () => {
        hold.checkAt = now() + waitMs;
      },
    );
    flight.drop(taken);
    onSettled();
  };
}
