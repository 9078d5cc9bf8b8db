// The relay's state in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../platform/log.ts';
import { eventually } from '../../test/support/eventually.ts';
import { relayState, tellPauses } from './relay-state.ts';
import type { RelayHealth } from './run-relay.ts';

const well: RelayHealth = {
  pingSeconds: 0.001,
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

test('pauses are logged once for each reason, and once when they are over', async () => {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  const log = createLogger({ name: 'relay', level: 'info', destination: { write } });
  let health = well;
  let looks = 0;
  const telling = tellPauses(
    () => {
      looks += 1;
      return health;
    },
    log,
    1,
  );
  const lookedAgain = async (): Promise<void> => {
    const seen = looks;
    await eventually(() => looks > seen + 3);
  };
  try {
    await lookedAgain();
    for (const broker of ['down', 'blocked', 'open'] as const) {
      health = { ...well, broker };
      await lookedAgain();
    }
  } finally {
    telling.stop();
  }
  assert.deepEqual(
    lines.map((line) => /is away|takes nothing|sends again/.exec(line)?.[0]),
    ['is away', 'takes nothing', 'sends again'],
  );
});
