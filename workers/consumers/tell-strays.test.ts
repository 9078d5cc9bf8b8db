// A message that no binding of ours can have brought is told, once for each routing key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRow } from '../../test/support/events.ts';
import { tellStrays } from './tell-strays.ts';

test('what the exchange brings and the row does not bind is told once; what came past the exchange is not', () => {
  const told: string[] = [];
  const look = tellStrays('events', testRow('x', { types: ['a.*'] }), (key) => told.push(key));
  const arrive = (exchange: string, routingKey: string): void =>
    look({ fields: { exchange, routingKey, deliveryTag: 1, redelivered: false, consumerTag: '' } });
  for (const key of ['a.done', 'b.done', 'b.done', 'b.begun']) arrive('events', key);
  arrive('', 'x.v1');
  assert.deepEqual(told, ['b.done', 'b.begun']);
  for (let n = 0; n < 300; n += 1) arrive('events', `b.${n}`);
  assert.equal(told.length, 100);
  arrive('events', 'a.begun');
  assert.equal(told.length, 100);
});
