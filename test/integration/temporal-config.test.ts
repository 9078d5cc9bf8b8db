// Search attributes and schedules in a namespace of their own: made once, left alone the next time, and clear words where they may not be made.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { registerSearchAttributes, SearchAttributesError, searchAttributes } from '../../temporal-config/namespace.ts';
import { ensureSchedules } from '../../temporal-config/schedules.ts';
import { eventually } from '../support/eventually.ts';
import { uniqueLetters } from '../support/unique.ts';

describe('the configuration of a namespace', () => {
  const namespace = `test-config-${uniqueLetters()}`;
  let connection: Connection;
  let client: Client;

  before(async () => {
    connection = await Connection.connect({ address: process.env['TEST_TEMPORAL_ADDRESS'] ?? '' });
    client = new Client({ connection, namespace });
    const workflowExecutionRetentionPeriod = proto.google.protobuf.Duration.fromObject({ seconds: 86_400 });
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    await eventually(() => connection.workflowService.describeNamespace({ namespace }), { timeoutMs: 30_000 });
  });
  after(() => connection.close());

  test('all search attributes are added the first time and none the second', async () => {
    const added = await eventually(() => registerSearchAttributes(connection, namespace), { timeoutMs: 30_000 });
    assert.deepEqual([...added].sort(), [...searchAttributes].sort());
    await eventually(async () => (await registerSearchAttributes(connection, namespace)).length === 0);
  });

  test('the schedule is made, brought up to date, and stays paused when somebody paused it', async () => {
    const ids = await eventually(() => ensureSchedules(client, { taskQueue: 'first' }), { timeoutMs: 30_000 });
    assert.deepEqual(ids, ['process-outbox-events', 'recalculate-due-lists', 'tend-credentials']);
    const [id = '', ...others] = ids;
    const handle = client.schedule.getHandle(id);
    await handle.pause('looking into something');
    await ensureSchedules(client, { taskQueue: 'second' });
    const { action, spec, policies, state } = await handle.describe();
    assert.equal(action.taskQueue, 'second');
    assert.equal(action.workflowType, 'processOutboxEvents');
    assert.equal(spec.intervals?.[0]?.every, 30_000);
    assert.equal(policies.overlap, 'SKIP');
    assert.equal(state.paused, true);
    await handle.delete();
    for (const other of others) await client.schedule.getHandle(other).delete();
  });

  test('a server that does not permit it is met with words that say what to do', async () => {
    const denied = () =>
      Promise.reject(Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: 'not an operator' }));
    const operatorService = { listSearchAttributes: denied, addSearchAttributes: denied };
    const locked = { operatorService } as unknown as Connection;
    await assert.rejects(registerSearchAttributes(locked, 'shop.a1b2c'), (error: Error) => {
      assert.ok(error instanceof SearchAttributesError);
      for (const part of [...searchAttributes, 'shop.a1b2c', 'not an operator', 'Temporal Cloud'])
        assert.ok(error.message.includes(part), part);
      return true;
    });
  });

  test('an attribute of another type is named', async () => {
    const operatorService = { listSearchAttributes: () => Promise.resolve({ customAttributes: { SagaType: 1 } }) };
    const other = { operatorService } as unknown as Connection;
    await assert.rejects(
      registerSearchAttributes(other, 'default'),
      /SagaType exist in namespace default with another type/,
    );
  });
});
