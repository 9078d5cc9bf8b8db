// The bar of a rebuild: share, rate, what is left, how it ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsumerRequest } from '../../db/consumer-requests.ts';
import { barOf } from './progress-bar.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 31, 12, 0, second));
const request: ConsumerRequest = {
  id: '018f5a10-0000-7000-8000-000000000001',
  consumer: 'x',
  kind: 'rebuild',
  acceptGap: false,
  tenantId: null,
  from: null,
  to: null,
  types: null,
  state: 'comparing',
  total: 200_000,
  cleared: 0,
  sent: 0,
  settled: 0,
  compared: 50_000,
  changed: 3,
  onlyCompares: false,
  atTenant: 't',
  position: 1,
  endPosition: 2,
  lastError: null,
  requestedAt: at(0),
  startedAt: at(0),
  endedAt: null,
};

test('says how far it is, how fast, and how long it will take', () => {
  assert.equal(
    barOf(request, at(5)),
    '[██████░░░░░░░░░░░░░░░░░░]  25 %  50,000 of 200,000 events, 10,000 a second, about 15 s left, 3 rows put right',
  );
  // More than was counted when it was asked for.
  assert.match(
    barOf({ ...request, compared: 210_000 }, at(5)),
    /^\[█{23}░\] {2}99 % {2}210,000 of 200,000 events, 42,000 a second, 3/,
  );
  assert.match(barOf({ ...request, lastError: 'no database' }, at(5)), / \(waits: no database\)$/);
  assert.match(
    barOf({ ...request, state: 'sweeping' }, at(5)),
    /^\[█{24}\] 100 % {2}looking for rows that no event says/,
  );
  assert.equal(barOf({ ...request, state: 'waiting', startedAt: null }, at(5)), 'waits for a consumer process');
});

test('says how it ended', () => {
  const ended = { ...request, compared: 200_000, endedAt: at(20) };
  assert.equal(
    barOf({ ...ended, state: 'done' }),
    'done after 20.0 s: 200,000 events, 10,000 a second, 3 rows put right',
  );
  assert.match(barOf({ ...ended, state: 'done', onlyCompares: true }), /, 3 rows are not as the log says$/);
  assert.match(barOf({ ...ended, state: 'cancelled' }), /^cancelled after 20\.0 s/);
});
