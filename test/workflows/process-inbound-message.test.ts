// The saga ProcessInboundMessage on real servers: what one message makes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
before(async () => {
  product = await openProduct('inbound');
  await product.startWorker();
});
after(() => product.close());

let count = 0;
const textMessage = (from: string, body: string) => {
  count += 1;
  return {
    id: `evt_${String(count).padStart(26, '0')}`,
    timestamp: 1_790_000_000_000 + count,
    event: 'message',
    session: 'default',
    me: { id: '5511900000001@c.us' },
    payload: {
      id: `false_${from}_3EB0${count}`,
      timestamp: 1_790_000_000 + count,
      from,
      fromMe: false,
      body,
      hasMedia: false,
      _data: { Info: { PushName: 'Ana' } },
    },
  };
};

test('a text makes contact, chat, session, message and its records, all events with their step', async () => {
  const raw = await product.store(textMessage('5511987654321@c.us', 'Oi'));
  assert.equal(await product.runSaga(raw), 'completed');
  const { rows } = await inTenant(product.database.pool, product.tenantId, (tx) =>
    tx.query<{ step: string; type: string }>(
      `select metadata ->> 'saga_step' as step, event_type as type from outbox_events where correlation_id = $1 order by id`,
      [raw.messageKey],
    ),
  );
  assert.deepEqual(
    rows.map(({ step, type }) => `${step} ${type}`),
    [
      'contact contact.created',
      'contact contact.phone_set',
      'contact contact.source_channel_set',
      'session chat.created',
      'session session.started',
      'message message.created',
      'record session.message_recorded',
      'record contact.interaction_recorded',
    ],
  );
  const saga = await inTenant(product.database.pool, product.tenantId, (tx) =>
    tx.query('select state, step from sagas where correlation_id = $1', [raw.messageKey]),
  );
  assert.deepEqual(saga.rows, [{ state: 'completed', step: 'finish' }]);
});
