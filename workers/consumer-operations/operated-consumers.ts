// All consumers of the table, as the operators' side needs them.
import { consumerRows } from '../consumers/rows.ts';
import { type OperatedConsumer, operatedConsumer } from './operated-consumer.ts';
import { rebuilds } from './rebuilds.ts';

/** Makes them. `prefix`: of the names of queues. */
export function operatedConsumers(prefix: string): OperatedConsumer[] {
  return (Object.keys(consumerRows) as (keyof typeof consumerRows)[]).map((name) =>
    operatedConsumer(prefix, consumerRows[name], rebuilds[name]),
  );
}
