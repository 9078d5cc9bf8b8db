// A consumer that gets every event in the version it reads: the current one, or the one its row pins it to.
import { readEvent } from '../../db/read-event.ts';
import { eventRow } from '../../domain/catalog.ts';
import { refusalOf } from '../../domain/kernel/versions.ts';
import type { Consumer, DeliveredEvent } from './consumer.ts';

/** The same consumer, reading versions. Throws when its row pins a version that current events can't be told in: better at the start than event by event. */
export function inItsVersions(consumer: Consumer): Consumer {
  const { name, versions = {}, handle, handleAll } = consumer;
  for (const [type, version] of Object.entries(versions)) {
    const row = eventRow(type);
    const refusal = row ? refusalOf(row, version) : 'there is no such event';
    if (refusal !== undefined) throw new Error(`The consumer ${name} can't read ${type} as v${version}: ${refusal}.`);
  }
  const read = (event: DeliveredEvent): DeliveredEvent => readEvent(event, versions[event.type]);
  return {
    ...consumer,
    handle: async (event, tx, signal) => handle(read(event), tx, signal),
    ...(handleAll && { handleAll: async (events, tx, signal) => handleAll(events.map(read), tx, signal) }),
  };
}
