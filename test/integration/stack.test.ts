// The test stack itself: every test file gets a database, a broker and a Temporal server of its own to write to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Connection } from '@temporalio/client';
import amqp from 'amqplib';
import pg from 'pg';
import { searchAttributes } from '../../temporal-config/namespace.ts';
import { management } from '../support/rabbit.ts';
import { type TestStack, testStack } from '../support/stack.ts';

describe('the test stack', () => {
  let stack: TestStack;
  before(async () => {
    stack = await testStack('stack');
  });
  after(() => stack.close());

  test('two stacks have databases of their own, gone after close', async () => {
    const other = await testStack('stack');
    assert.notEqual(other.databaseUrl, stack.databaseUrl);
    assert.notEqual(other.amqpPrefix, stack.amqpPrefix);
    assert.notEqual(other.taskQueue, stack.taskQueue);
    await other.close();
    const client = new pg.Client({ connectionString: other.databaseUrl });
    await assert.rejects(client.connect(), /does not exist/);
  });

  test('each role logs in as itself, and the two application roles are bound by row-level security', async () => {
    const roles = { databaseUrl: 'app_user', systemUrl: 'app_system', migrationUrl: 'messaging_owner' } as const;
    for (const [key, role] of Object.entries(roles)) {
      const client = new pg.Client({ connectionString: stack[key as keyof typeof roles] });
      await client.connect();
      const { rows } = await client.query(
        'SELECT current_user AS name, rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = current_user',
      );
      await client.end();
      assert.deepEqual(rows, [{ name: role, unbound: false }]);
    }
  });

  test('close deletes the queues and exchanges of its prefix and no others', async () => {
    const other = await testStack('stack');
    const connection = await amqp.connect(stack.amqpUrl);
    const channel = await connection.createChannel();
    await channel.assertQueue(`${stack.amqpPrefix}kept`);
    await channel.assertExchange(`${other.amqpPrefix}events`, 'topic');
    await channel.assertQueue(`${other.amqpPrefix}dropped`);
    await connection.close();
    await other.close();
    const queues = await management<{ name: string }[]>(stack.amqpManagementUrl, 'GET', 'queues/%2F?columns=name');
    const names = queues.map(({ name }) => name);
    assert.ok(names.includes(`${stack.amqpPrefix}kept`));
    assert.ok(!names.some((name) => name.startsWith(other.amqpPrefix)));
  });

  test('Temporal knows the search attributes of sagas', async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    await connection.close();
    for (const name of searchAttributes) assert.ok(name in (customAttributes ?? {}), name);
  });
});
