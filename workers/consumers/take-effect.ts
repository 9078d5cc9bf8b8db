// One attempt to let an event take effect: claim and effect in one transaction, inside the event's tenant; ordered consumers in the aggregate's sequence.
import type { Tx } from '../../db/transaction.ts';
import { type Consumer, type DeliveredEvent, isOrdered } from './consumer.ts';
import type { Delivery } from './parse-delivery.ts';
import type { ConsumerPorts, ConsumerTime } from './ports.ts';

/** What came of an attempt. `parked`: came before its predecessor, and waits in the database. `skipped`: discarded, only its place counts. */
export type Effect = 'done' | 'duplicate' | 'parked' | 'skipped';

/** `more`: the next event of the aggregate is parked and can go on now. */
export type Attempt = { readonly effect: Effect; readonly more: boolean };

/** What an attempt needs. */
export type AttemptDeps = Pick<ConsumerPorts, 'store' | 'time'> & { readonly handlerTimeoutMs: number };

/** Tries once. Throws what the handler threw; then nothing of it is left. */
export function takeEffect(deps: AttemptDeps, consumer: Consumer, delivery: Delivery): Promise<Attempt> {
  const { event } = delivery;
  const { store } = deps;
  return store.inTenant(event.tenantId, async (tx) => {
    if (!isOrdered(consumer)) {
      return { effect: await apply(deps, tx, consumer, delivery), more: false };
    }
    const position = await store.lockPosition(tx, consumer.name, event.aggregateId);
    if (event.sequence <= position) return { effect: 'duplicate', more: false };
    if (event.sequence > position + 1) {
      const { aggregateId, sequence, id: eventId } = event;
      await store.parkEvent(tx, consumer.name, {
        aggregateId,
        sequence,
        eventId,
        skip: delivery.skip,
        envelope: event,
      });
      return { effect: 'parked', more: false };
    }
    const effect = await apply(deps, tx, consumer, delivery);
    return { effect, more: await store.movePosition(tx, consumer.name, event.aggregateId, event.sequence) };
  });
}

/** An aggregate, with its tenant. */
export type Place = { readonly tenantId: string; readonly aggregateId: string };

/** Lets the next parked event of an aggregate take effect; undefined: there is none that could go on. `onTaken` learns which one it is, before anything can fail. */
export function takeNextParked(
  deps: AttemptDeps,
  consumer: Consumer,
  place: Place,
  onTaken: (delivery: Delivery) => void,
): Promise<Attempt | undefined> {
  const { store } = deps;
  return store.inTenant(place.tenantId, async (tx) => {
    const position = await store.lockPosition(tx, consumer.name, place.aggregateId);
    const parked = await store.takeParked(tx, consumer.name, place.aggregateId, position + 1);
    if (!parked) return undefined;
    const delivery = { event: parked.envelope as DeliveredEvent, skip: parked.skip };
    onTaken(delivery);
    const effect = await apply(deps, tx, consumer, delivery);
    return { effect, more: await store.movePosition(tx, consumer.name, place.aggregateId, position + 1) };
  });
}

async function apply(
  { store, time, handlerTimeoutMs }: AttemptDeps,
  tx: Tx,
  consumer: Consumer,
  { event, skip }: Delivery,
): Promise<Effect> {
  const startedAt = time.now();
  if (skip) return 'skipped';
  if (!(await store.claimEvent(tx, consumer.name, event.id))) return 'duplicate';
  await within(time, handlerTimeoutMs, tx, (limited, signal) => consumer.handle(event, limited, signal));
  await store.noteDuration(tx, consumer.name, event.id, time.now() - startedAt);
  return 'done';
}

/** Ends a handler that takes too long; what it does afterwards reaches no connection. */
async function within(
  time: ConsumerTime,
  ms: number,
  tx: Tx,
  work: (tx: Tx, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const late = new Error(`the handler took longer than ${ms} ms`);
  const limited: Tx = {
    tenantId: tx.tenantId,
    onCommit: tx.onCommit,
    query: (text, values) => (controller.signal.aborted ? Promise.reject(late) : tx.query(text, values)),
    get db() {
      return tx.db;
    },
  };
  let cancel = (): void => {};
  const timeUp = new Promise<never>((_, reject) => {
    cancel = time.after(ms, () => {
      controller.abort(late);
      reject(late);
    });
  });
  try {
    await Promise.race([work(limited, controller.signal), timeUp]);
  } finally {
    cancel();
  }
}
