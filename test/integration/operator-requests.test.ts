// What operators ask for and nobody has taken: seen with its age whoever should have taken it is there or not, and no more once it is taken.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { cancelRequest, insertRequest } from '../../db/consumer-requests.ts';
import { redriveLetters } from '../../db/dead-letters.ts';
import { measureOperatorRequests, readOperatorRequests, type WaitingRequests } from '../../db/operator-requests.ts';
import { redriveEvents } from '../../db/outbox-admin.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { noteProgress, takeRequest } from '../../db/request-lease.ts';
import { inSystem } from '../../db/transaction.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { writeEvents } from '../support/events.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let pool: Pool;
let admin: Pool;
before(async () => {
  stack = await testStack('operator_requests');
  pool = createPool({ url: stack.systemUrl, size: 2, name: 'operator-requests' });
  admin = createPool({ url: stack.adminUrl, size: 1, name: 'operator-requests-admin' });
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
beforeEach(() => admin.query('truncate outbox_events, consumer_resends, consumer_requests, consumer_failures'));
after(async () => {
  await Promise.all([pool.end(), admin.end()]);
  await stack.close();
});

/** What is seen, ages in tens of seconds. */
async function seen(): Promise<Record<string, [age: number, failing: number]>> {
  const all = await readOperatorRequests(pool);
  return Object.fromEntries(
    all.map(({ kind, oldestSeconds, failing }) => [kind, [Math.floor(oldestSeconds / 10), failing]]),
  );
}
const ask = async (kind: 'replay' | 'rebuild', consumer: string, secondsAgo: number): Promise<string> => {
  const id = randomUUID();
  const nothing = { tenantId: null, from: null, to: null, types: null, total: 0 };
  await inSystem(pool, (tx) => insertRequest(tx, { id, consumer, kind, ...nothing }));
  await admin.query("update consumer_requests set requested_at = now() - $2 * interval '1 second' where id = $1", [
    id,
    secondsAgo,
  ]);
  return id;
};
const take = async (consumer: string) => {
  const owner = randomUUID();
  const taken = await inSystem(pool, (tx) => takeRequest(tx, owner, [consumer]));
  assert.ok(taken);
  return { owner, taken };
};

describe('what operators ask for', () => {
  test('an event that is redriven waits until a relay has sent it or tried it; one that failed by itself is none', async () => {
    const ids = await writeEvents(
      pool,
      't',
      [1, 2].map(() => ({ aggregateId: randomUUID(), sequence: 1 })),
    );
    await admin.query("update outbox_events set status = 'failed', retry_count = 5 where event_id = $1", [ids[0]]);
    await admin.query(
      "update outbox_events set retry_count = 2, next_attempt_at = now() - interval '1 hour' where event_id = $1",
      [ids[1]],
    );
    assert.deepEqual(await seen(), {});
    await inSystem(pool, (tx) => redriveEvents(tx, {}, { dryRun: false }));
    await admin.query(
      "update outbox_events set next_attempt_at = next_attempt_at - interval '75 seconds' where event_id = $1",
      [ids[0]],
    );
    assert.deepEqual(await seen(), { outbox: [7, 0] });
    await admin.query('update outbox_events set retry_count = 1 where event_id = $1', [ids[0]]);
    assert.deepEqual(await seen(), {});
  });

  test('a redriven dead letter waits until a consumer process has sent it', async () => {
    const [id] = await writeEvents(pool, 't', [{ aggregateId: randomUUID(), sequence: 1 }]);
    await pool.query(
      `insert into consumer_failures (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, dead_at)
       values ('x', $1, 't', 'message.created', $2, 5, 'sick', now())`,
      [id, randomUUID()],
    );
    await inSystem(pool, (tx) => redriveLetters(tx, {}, { dryRun: false }));
    await admin.query("update consumer_resends set requested_at = now() - interval '95 seconds'");
    assert.deepEqual(await seen(), { letters: [9, 0] });
  });

  test('replays and rebuilds: what is worked on does not wait, nor what is behind it; what was left does, since then', async () => {
    await ask('rebuild', 'x', 305);
    const behind = await ask('replay', 'x', 205);
    const { owner, taken } = await take('x');
    assert.deepEqual(await seen(), { rebuild: [0, 0] });
    await inSystem(pool, (tx) => noteProgress(tx, owner, taken, { lastError: 'the queue is gone' }));
    assert.deepEqual(await seen(), { rebuild: [0, 1] });
    await admin.query("update consumer_requests set leased_until = now() - interval '65 seconds' where id = $1", [
      taken.id,
    ]);
    assert.deepEqual(await seen(), { rebuild: [6, 0] });
    await inSystem(pool, (tx) => noteProgress(tx, owner, taken, { state: 'done' }));
    assert.deepEqual(await seen(), { replay: [20, 0] });
    await inSystem(pool, (tx) => cancelRequest(tx, behind));
    assert.deepEqual(await seen(), {});
  });
});

test('the metrics show each kind, 0 where nothing waits, and nothing while nobody knows', async () => {
  let current: WaitingRequests[] | undefined = [{ kind: 'replay', oldestSeconds: 61.5, failing: 1 }];
  const metrics = createMetrics('relay');
  measureOperatorRequests(metrics, () => current);
  const shown = async (): Promise<string[]> =>
    [...(await metrics.text()).matchAll(/^messaging_operator_requests_(\w+)\{request="(\w+)",[^}]*\} (\S+)$/gm)].map(
      ([, name, request, value]) => `${name} ${request} ${value}`,
    );
  assert.deepEqual(await shown(), [
    ...['outbox 0', 'letters 0', 'replay 61.5', 'rebuild 0'].map((line) => `oldest_seconds ${line}`),
    ...['outbox 0', 'letters 0', 'replay 1', 'rebuild 0'].map((line) => `failing ${line}`),
  ]);
  current = undefined;
  assert.deepEqual(await shown(), []);
});
