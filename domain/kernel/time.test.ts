// Moments are compared as moments; durations are whole seconds in ISO 8601.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { duration } from './fields.ts';
import { addMilliseconds, durationBetween, earlier, isAfter, isSameMoment, later } from './time.ts';

const noon = '2026-01-31T12:00:00Z';
const sameNoon = '2026-01-31T12:00:00.000Z';
const afterNoon = '2026-01-31T12:00:00.500Z';

describe('time', () => {
  it('compares moments and not their text', () => {
    assert.ok(noon > afterNoon, 'as text it is the other way round');
    assert.equal(isAfter(afterNoon, noon), true);
    assert.equal(isAfter(noon, sameNoon), false);
    assert.equal(isSameMoment(noon, sameNoon), true);
    assert.equal(isSameMoment(null, null), false);
    assert.deepEqual([later(noon, afterNoon), later(afterNoon, noon), later(null, noon)], [afterNoon, afterNoon, noon]);
    assert.deepEqual([earlier(noon, afterNoon), earlier(afterNoon, noon), earlier(null, noon)], [noon, noon, noon]);
  });

  it('adds milliseconds', () => {
    assert.equal(addMilliseconds(noon, 500), afterNoon);
  });

  it('writes durations that the event schemas accept', () => {
    const until = (to: string) => durationBetween(noon, to);
    assert.equal(until('2026-01-31T12:00:59.999Z'), 'PT59S');
    assert.equal(until('2026-01-31T13:00:00Z'), 'PT1H');
    assert.equal(until('2026-02-02T14:03:04Z'), 'PT50H3M4S');
    assert.equal(until(noon), 'PT0S');
    assert.equal(until('2026-01-31T11:00:00Z'), 'PT0S');
    for (const to of ['2026-02-02T14:03:04Z', noon]) assert.ok(duration.safeParse(until(to)).success);
  });
});
