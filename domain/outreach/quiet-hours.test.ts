// Quiet hours by the contact's own clock: over midnight, in every zone, over the days on which clocks change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextQuiet, quietHoursSchema, quietUntil } from './quiet-hours.ts';

const night = { from: '21:00', to: '08:00', timeZone: 'UTC' };
const until = (zone: string | null, at: string, quiet = night): string | undefined => {
  const ms = quietUntil(quiet, zone, Date.parse(at));
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

test('it is quiet by the contact’s clock, else by the channel’s', () => {
  assert.equal(until('America/Sao_Paulo', '2026-02-02T00:30:00Z'), '2026-02-02T11:00:00.000Z');
  assert.equal(until('Asia/Tokyo', '2026-02-02T00:30:00Z'), undefined);
  assert.equal(until(null, '2026-02-02T00:30:10.500Z'), '2026-02-02T08:00:00.000Z');
  assert.equal(until('Nowhere/At all', '2026-02-02T00:30:00Z'), '2026-02-02T08:00:00.000Z');
  assert.equal(until(null, '2026-02-02T08:00:00Z'), undefined);
  assert.equal(until(null, '2026-02-02T20:59:59Z'), undefined);
  assert.equal(until(null, '2026-02-02T21:00:00Z'), '2026-02-03T08:00:00.000Z');
  const lunch = { ...night, from: '12:00', to: '13:00' };
  assert.equal(until(null, '2026-02-02T12:59:00Z', lunch), '2026-02-02T13:00:00.000Z');
  assert.equal(until(null, '2026-02-02T11:59:00Z', lunch), undefined);
  assert.equal(nextQuiet(lunch, null, Date.parse('2026-02-02T12:00:00Z')), Date.parse('2026-02-03T12:00:00Z'));
});

test('the morning after the clocks changed is at eight, too', () => {
  assert.equal(until('Europe/Berlin', '2026-03-28T22:00:00Z'), '2026-03-29T06:00:00.000Z');
  assert.equal(until('Europe/Berlin', '2026-10-24T22:00:00Z'), '2026-10-25T07:00:00.000Z');
});

test('whenever it is quiet, it is not at its end, and never for a whole day', () => {
  const zones = ['UTC', 'America/Sao_Paulo', 'Asia/Kolkata', 'Europe/Berlin', 'Pacific/Chatham', 'America/St_Johns'];
  const start = Date.parse('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 365 * 24 * 3_600 }), (zone, seconds) => {
      const now = start + seconds * 1_000;
      const end = quietUntil(night, zone, now);
      if (end === undefined) return;
      assert.ok(end > now && end <= now + 13 * 3_600_000, new Date(now).toISOString());
      assert.equal(quietUntil(night, zone, end), undefined, `${zone} ${new Date(end).toISOString()}`);
    }),
  );
});

test('hours that mean nothing are refused', () => {
  for (const wrong of [{ from: '24:00' }, { to: '8:00' }, { to: '21:00' }, { timeZone: 'Mars/Olympus' }])
    assert.ok(!quietHoursSchema.safeParse({ ...night, ...wrong }).success, JSON.stringify(wrong));
  assert.ok(quietHoursSchema.safeParse(night).success);
});
