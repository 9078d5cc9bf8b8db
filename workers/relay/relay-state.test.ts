// The relay's state in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relayState } from './relay-state.ts';
import type { RelayHealth } from './run-relay.ts';

const well: RelayHealth = {
  partitions: 64,
  processes: 1,
  leaseValid: true,
  queued: 0,
  inWindow: 3,
  heldAggregates: 1,
  broker: 'open',
  brokerReason: 'connected',
  hears: true,
  databaseOk: true,
};

test('a relay that sends is not paused, and says what it holds', () => {
  assert.deepEqual(relayState(well), {
    paused: null,
    broker: 'open',
    lease: 'valid',
    bell: 'heard',
    partitions: 64,
    relays: 1,
    inFlight: 3,
    heldAggregates: 1,
  });
});

test('away, blocked, without lease, without database and deaf are said plainly', () => {
  assert.match(
    relayState({ ...well, broker: 'down', brokerReason: 'ECONNREFUSED' }).paused ?? '',
    /away.*ECONNREFUSED/,
  );
  assert.match(relayState({ ...well, broker: 'blocked', brokerReason: 'low on disk' }).paused ?? '', /low on disk/);
  const leaseless = relayState({ ...well, leaseValid: false });
  assert.deepEqual([leaseless.paused, leaseless.partitions], ['it has no valid lease', 0]);
  assert.match(relayState({ ...well, databaseOk: false }).paused ?? '', /database/);
  const deaf = relayState({ ...well, hears: false });
  assert.deepEqual([deaf.paused, /deaf/.test(deaf.bell)], [null, true]);
});
