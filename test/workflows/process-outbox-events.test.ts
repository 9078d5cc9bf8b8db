// The last net under the relay: sends what nobody else does, in order, and leaves a living relay alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createProcessOutboxEvents, type DrainReport } from '../../activities/process-outbox-events.ts';
import { createLogger } from '../../platform/log.ts';
import { runRelay } from '../../workers/relay/run-relay.ts';
import { tapBroker } from '../support/broker-tap.ts';
import { inversions, testRow, writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { openProduct, type Product } from '../support/product.ts';

const log = createLogger({ name: 'outbox-test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
let product: Product;

before(async () => {
  product = await openProduct('process-outbox');
  await product.startWorker((activities) => ({
    ...activities,
    ...createProcessOutboxEvents({ ...settings(), brokerWaitMs: 1_000 }),
  }));
});
after(() => product.close());

const settings = () => {
  const { config } = product.stack;
  const rows = [testRow('outbox_test', { types: ['message.#'] })];
  return {
    databaseUrl: config.DATABASE_SYSTEM_URL,
    amqpUrl: config.AMQP_URL,
    prefix: config.AMQP_PREFIX,
    exchange: config.AMQP_EXCHANGE,
    rows,
    log,
  };
};
const drain = (): Promise<DrainReport> =>
  product.temporal.client.workflow.execute('processOutboxEvents', {
    workflowId: `process-outbox-events-${randomUUID()}`,
    taskQueue: product.stack.config.TEMPORAL_TASK_QUEUE,
    args: [],
  });
const pending = async (): Promise<number> => {
  const { rows } = await product.database.systemPool.query<{ count: number }>(
    "select count(*) as count from outbox_events where status = 'pending'",
  );
  return rows[0]?.count ?? -1;
};

describe('processOutboxEvents', () => {
  test('drains the outbox in each aggregate’s order when no relay lives, and leaves no lease behind', async () => {
    const tap = await tapBroker(product.stack.config, { pattern: 'message.#' });
    const aggregates = Array.from({ length: 30 }, () => randomUUID());
    for (let sequence = 1; sequence <= 10; sequence += 1)
      await writeEvents(
        product.database.systemPool,
        product.tenantId,
        aggregates.map((aggregateId) => ({ aggregateId, sequence })),
      );
    const { outcome, sent } = await drain();
    assert.equal(outcome, 'drained');
    assert.ok(sent >= 300);
    assert.equal(await pending(), 0);
    await eventually(() => tap.seen.length >= 300);
    assert.equal(inversions(tap.seen), 0);
    const { rows } = await product.database.systemPool.query('select 1 from relay_processes');
    assert.equal(rows.length, 0);
    assert.equal((await drain()).outcome, 'nothing to send');
    await tap.close();
  });

  test('sends what is due again, but not what waits or is held back', async () => {
    const [due, waiting] = [randomUUID(), randomUUID()];
    const { systemPool } = product.database;
    await writeEvents(systemPool, product.tenantId, [
      { aggregateId: due, sequence: 1 },
      { aggregateId: waiting, sequence: 1 },
      { aggregateId: waiting, sequence: 2 },
    ]);
    await systemPool.query(
      "update outbox_events set retry_count = 1, next_attempt_at = now() - interval '1 second' where aggregate_id = $1",
      [due],
    );
    await systemPool.query(
      "update outbox_events set retry_count = 1, next_attempt_at = now() + interval '1 hour' where aggregate_id = $1 and aggregate_sequence = 1",
      [waiting],
    );
    assert.deepEqual(await drain(), { outcome: 'drained', relays: 0, sent: 1 });
    assert.equal(await pending(), 2);
    assert.equal((await drain()).outcome, 'nothing to send');
    await systemPool.query("update outbox_events set status = 'processed' where aggregate_id = $1", [waiting]);
  });

  test('leaves a living relay to its work', async () => {
    const relay = runRelay({ ...settings(), name: 'living' });
    await eventually(() => relay.health().partitions === 64);
    assert.deepEqual(await drain(), { outcome: 'relays alive', relays: 1, sent: 0 });
    await relay.stop();
  });
});
