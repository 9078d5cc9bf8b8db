// Clock and ids: derived ids are stable, ids drawn at one moment sort, test clocks step.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { validate, version } from 'uuid';
import { derivedId, fixedClock, sequentialIds, systemClock, uuidv7At, uuidv7Ids } from './clock.ts';

const millisecondsOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

test('a UUIDv7 drawn for a time carries that time to the millisecond', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (at) => {
      const id = uuidv7At(at);
      assert.equal(version(id), 7);
      assert.equal(millisecondsOf(id), at.getTime());
    }),
  );
});

test('ids drawn for the same millisecond are distinct and sort in the order they were drawn', () => {
  const at = new Date('2026-01-01T00:00:00.123Z');
  const ids = Array.from({ length: 5_000 }, () => uuidv7At(at));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
});

test('derived ids are stable, version 5, and do not mix up where one part ends', () => {
  assert.equal(derivedId('inbound-message', 'channel', 'ABC'), '655fcb14-5110-5354-85a4-fea4d0df3154');
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (left, right) => {
      const a = derivedId('n', ...left);
      assert.equal(version(a), 5);
      assert.equal(a === derivedId('n', ...right), JSON.stringify(left) === JSON.stringify(right));
    }),
  );
  assert.notEqual(derivedId('n', 'a', 'b:c'), derivedId('n', 'a:b', 'c'));
});

test('the clock for tests stands still, steps, and moves when told', () => {
  const still = fixedClock('2026-01-01T00:00:00.000Z');
  assert.equal(still.now().getTime(), still.now().getTime());
  still.advance(1_500);
  assert.equal(still.now().toISOString(), '2026-01-01T00:00:01.500Z');
  const stepping = fixedClock('2026-01-01T00:00:00.000Z', 10);
  assert.equal(stepping.now().getTime() + 10, stepping.now().getTime());
  assert.throws(() => fixedClock('yesterday'), /not an ISO 8601 time/);
});

test('ids for tests are valid UUIDv7s, count up, and differ by series', () => {
  const ids = sequentialIds();
  const [first, second] = [ids.next(), ids.next()];
  assert.ok(validate(first) && version(first) === 7);
  assert.ok(first < second);
  assert.notEqual(first, sequentialIds(1).next());
});

test('the real clock and ids agree', () => {
  const before = systemClock.now().getTime();
  const drawn = millisecondsOf(uuidv7Ids.next());
  assert.ok(drawn >= before && drawn <= systemClock.now().getTime() + 1);
});
