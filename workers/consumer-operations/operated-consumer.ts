// A consumer as the operators' side needs it: its row, its queues, how to clear it.
import type { ConsumerDescription } from '../../db/consumer-status.ts';
import { eventRows } from '../../domain/catalog.ts';
import { queuesOf } from '../amqp/topology.ts';
import { type ConsumerRow, isOrdered, matchesPattern, patternsOf } from '../consumers/consumer.ts';
import type { Rebuild } from './rebuilds.ts';

/** One consumer. */
export type OperatedConsumer = ConsumerDescription & { readonly rebuild: Rebuild };

/** Makes it of its row. */
export function operatedConsumer(prefix: string, row: ConsumerRow, rebuild: Rebuild): OperatedConsumer {
  const patterns = patternsOf(row);
  return {
    name: row.name,
    ordered: isOrdered(row),
    eventTypes: eventRows
      .map(({ type }) => type)
      .filter((type) => patterns.some((pattern) => matchesPattern(pattern, type))),
    ...queuesOf(prefix, row),
    rebuildRefusal: 'refusal' in rebuild ? rebuild.refusal : null,
    rebuild,
  };
}
