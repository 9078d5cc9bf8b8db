// A look at the queues of our own: the command also tells them while no consumer process runs.
import { describeConsumers } from '../../db/consumer-status.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { noteLooks } from '../../workers/consumer-operations/look-at-queues.ts';
import { operatedConsumers } from '../../workers/consumer-operations/operated-consumers.ts';
import { settingOf } from '../environment.ts';
import { withBroker } from './with-broker.ts';

/** Looks, as the consumer processes do, and writes it down. Without the broker's address nothing happens. */
export async function lookOnce(pool: Pool): Promise<void> {
  const url = settingOf('AMQP_URL');
  if (!url) return;
  const consumers = operatedConsumers(settingOf('AMQP_PREFIX') ?? '');
  await withBroker(url, async (broker) => {
    await inSystem(pool, (tx) => describeConsumers(tx, consumers));
    await noteLooks(pool, broker, settingOf('AMQP_MANAGEMENT_URL'), consumers);
  });
}
