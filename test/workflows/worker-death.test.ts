// A worker process that is killed in the middle of sagas: another one takes them over, and every effect is there once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { gatewayMessage } from '../support/messages.ts';
import { startProcess } from '../support/process.ts';
import { openProduct, type Product } from '../support/product.ts';
import type { SagaRun } from '../support/shop.ts';
import { assertNoGaps, logOf, pictureOf, tracesOf } from '../support/world.ts';

let product: Product;
before(async () => {
  product = await openProduct('death');
});
after(() => product.close());

const each = 4;

test('kill -9 in the middle of sagas in one commit and of sagas step by step', async () => {
  const { stack } = product;
  const worker = await startProcess({ file: 'workers/temporal-worker.ts', environment: stack.environment });
  const lock = new pg.Client({ connectionString: stack.adminUrl });
  await lock.connect();
  try {
    // Sagas stop where they store their message: by then those that go step by step have committed contact and session.
    await lock.query('begin');
    await lock.query('lock table messages in exclusive mode');
    const runs: SagaRun[] = [];
    for (let index = 0; index < each; index += 1) {
      runs.push(await product.startSaga(await product.store(gatewayMessage({ from: `551198765020${index}@c.us` }))));
      // A hidden id that nobody knows: the gateway is asked, which no commit of all steps waits for.
      runs.push(await product.startSaga(await product.store(gatewayMessage({ from: `20000000000020${index}@lid` }))));
    }
    await eventually(async () => (await waitingForLock(lock)) === 2 * each, { timeoutMs: 60_000 });
    await worker.kill();
    const killedAt = Date.now();
    assert.equal((await pictureOf(product.database, product)).contact.length, each);
    await lock.query('rollback');
    await product.startWorker();
    for (const run of runs) assert.equal(await run.result(), 'completed');
    const tookMs = Date.now() - killedAt;
    assert.ok(tookMs < 25_000, `resumed after ${tookMs} ms`);
    await assertOnce(runs);
  } finally {
    await lock.end();
    await worker.kill();
  }
});

test('SIGTERM in the middle: what runs is finished or handed over at once', async () => {
  const worker = await startProcess({ file: 'workers/temporal-worker.ts', environment: product.stack.environment });
  const runs: SagaRun[] = [];
  for (let index = 0; index < 10; index += 1)
    runs.push(await product.startSaga(await product.store(gatewayMessage({ from: `551198765030${index}@c.us` }))));
  assert.equal(await worker.stop(), 0);
  for (const run of runs) assert.equal(await run.result(), 'completed');
  await assertOnce(runs);
});

async function waitingForLock(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from pg_locks where relation = 'messages'::regclass and not granted",
  );
  return rows[0]?.count ?? 0;
}

async function assertOnce(runs: readonly SagaRun[]): Promise<void> {
  const log = await logOf(product.database, product);
  assertNoGaps(log);
  for (const run of runs) {
    const traces = await tracesOf(product.database, product, { rawEventId: run.raw.id, workflowId: run.workflowId });
    assert.deepEqual([traces?.state, traces?.rawStatus, traces?.isEnded], ['completed', 'processed', true]);
    const types = log.filter(({ correlationId }) => correlationId === run.correlationId).map(({ type }) => type);
    for (const type of ['contact.created', 'session.started', 'message.created', 'session.message_recorded'])
      assert.equal(types.filter((other) => other === type).length, 1, type);
  }
  const { message, session, contact } = await pictureOf(product.database, product);
  assert.equal(new Set(message.map(({ channelMessageId }) => channelMessageId)).size, message.length);
  assert.deepEqual([...new Set(session.map(({ messageCount }) => messageCount))], [1]);
  assert.deepEqual([...new Set(contact.map(({ interactionCount }) => interactionCount))], [1]);
}
