// The events that reach the broker, parsed as consumers parse them, and what is wrong with one against its row of the catalogue.
import type { ConsumeMessage } from 'amqplib';
import { openEvents } from '../../db/queries/open-sealed-parts.ts';
import type { KeysOf } from '../../db/tenant-keys.ts';
import type { Tx } from '../../db/transaction.ts';
import type { CatalogueRow } from '../../domain/catalog.ts';
import { mapPii } from '../../domain/kernel/pii.ts';
import type { Config } from '../../platform/config.ts';
import { isSealed } from '../../platform/crypto/sealed.ts';
import type { DeliveredEvent } from '../../workers/consumers/consumer.ts';
import { parseDelivery } from '../../workers/consumers/parse-delivery.ts';
import { tapBroker } from './broker-tap.ts';

/** An event, and the message it came in. */
export type ReceivedEvent = DeliveredEvent & { readonly message: ConsumeMessage };

/** Collects all events of the configuration's exchange. */
export async function receiveEvents(
  config: Config,
): Promise<{ readonly ofType: (type: string) => readonly ReceivedEvent[]; readonly close: () => Promise<void> }> {
  const byType = new Map<string, ReceivedEvent[]>();
  const { close } = await tapBroker(config, {
    onMessage: (message) => {
      const { event } = parseDelivery(message);
      byType.set(event.type, [...(byType.get(event.type) ?? []), { ...event, message }]);
    },
  });
  return { ofType: (type) => byType.get(type) ?? [], close };
}

/** What is wrong with an event: personal fields in the open, data that does not fit the row, fields that the row lacks. Empty: nothing. */
export async function problemsOf(tx: Tx, keysOf: KeysOf, event: DeliveredEvent, row: CatalogueRow): Promise<string[]> {
  const problems: string[] = [];
  mapPii(row.data, event.data, (value, path) => {
    if (!isSealed(value)) problems.push(`${path} is personal and not sealed`);
    return value;
  });
  const [opened] = await openEvents(keysOf(tx), [event]);
  const parsed = row.data.safeParse(opened?.data);
  if (!parsed.success)
    return [...problems, ...parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)];
  if (JSON.stringify(sorted(parsed.data)) !== JSON.stringify(sorted(opened?.data)))
    problems.push('carries fields that its row does not list');
  return problems;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
