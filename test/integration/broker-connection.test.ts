// A kept connection that is closed while it is still connecting: it is gone, and whoever needed it is told nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConnection } from '../../workers/amqp/connection.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

let proxy: FaultProxy;
const broker = new URL(process.env['TEST_AMQP_URL'] ?? '');
before(async () => {
  proxy = await startProxy(() => Number(broker.port));
});
after(() => proxy.close());

test('a connection that opens after it was closed is closed too', async () => {
  proxy.inject({ kind: 'latency', ms: 100 });
  const url = new URL(broker);
  url.port = String(proxy.port);
  let told = 0;
  const connection = createConnection({
    url: url.href,
    name: 'closed-while-connecting',
    onOpen: async () => {
      told += 1;
    },
    onLost: () => {
      told += 1;
    },
  });
  await eventually(() => proxy.connections() === 1);
  await connection.close();
  await eventually(() => proxy.connections() === 0);
  assert.deepEqual([told, connection.isOpen()], [0, false]);
});
