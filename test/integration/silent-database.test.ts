// A database that can't be heard any more, with sockets that stay: every wait for it ends, and what waited gives its connection up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPool, type Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let proxy: FaultProxy;
let pool: Pool;

before(async () => {
  stack = await testStack('silent-database');
  const url = new URL(stack.systemUrl);
  const port = Number(url.port);
  proxy = await startProxy(() => port);
  url.port = String(proxy.port);
  pool = createPool({ url: url.href, size: 2, name: 'silent', answerWithinMs: 300 });
});
after(async () => {
  await pool.end();
  await proxy.close();
  await stack.close();
});

test('a transaction and a query without an answer end as unavailable, and leave nothing in the pool', async () => {
  await inSystem(pool, async (tx) => {
    await tx.query('select 1');
    proxy.inject({ kind: 'halfOpen' });
    const startedAt = performance.now();
    const lone = inSystem(pool, (other) => other.query('select 2')).catch(errorCodeOf);
    await assert.rejects(tx.query('select 3'), /timeout/);
    assert.ok(performance.now() - startedAt < 5_000);
    proxy.heal();
    assert.equal(await lone, 'unavailable');
    throw new Error('the end of a transaction that has lost its connection');
  }).catch(() => undefined);
  await eventually(() => pool.totalCount === 0);
  const { rows } = await inSystem(pool, (tx) => tx.query<{ one: number }>('select 1 as one'));
  assert.equal(rows[0]?.one, 1);
});
