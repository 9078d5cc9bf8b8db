// The relay's bookkeeping: a drain that never runs dry keeps no more in memory than is under way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlight } from './flight.ts';
import type { PendingEvent } from './ports.ts';

test('what went out is let go although the queue is never empty', () => {
  const flight = createFlight();
  const enqueue = (id: number) => flight.enqueue({ id, data: '{}', partition: 1 } as unknown as PendingEvent, 1);
  for (let id = 1; id <= 10; id += 1) enqueue(id);
  let most = 0;
  for (let id = 11; id <= 50_000; id += 1) {
    enqueue(id);
    const one = flight.next();
    assert.ok(one);
    assert.equal(one.event.id, id - 10);
    flight.drop(one);
    most = Math.max(most, flight.kept());
  }
  assert.equal(flight.queued(), 10);
  assert.ok(most <= 1_100, `${most} events stayed in memory`);
});
