// Messages of the past stand in the order of their time before the live ones, or right behind the live one that they follow.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pastArrival, type SecondCursor } from './past-arrival.ts';

describe('pastArrival', () => {
  it('orders by time, then as read, across any cut into pages, and before all live messages', () => {
    const seconds = fc.array(fc.integer({ min: 1_300_000_000, max: 1_300_000_020 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(seconds, (given) => {
        let cursor: SecondCursor = {};
        const arrivals = given
          .toSorted((one, other) => one - other)
          .map((second) => {
            const past = pastArrival(JSON.parse(JSON.stringify(cursor)), second * 1_000, null);
            cursor = past.cursor;
            return past.arrival;
          });
        assert.deepEqual(
          arrivals,
          [...new Set(arrivals)].toSorted((one, other) => one - other),
        );
        assert.ok(arrivals.every((arrival) => arrival < 0 && Number.isSafeInteger(arrival)));
      }),
    );
  });

  it('stands behind the live message that it follows', () => {
    assert.equal(pastArrival({}, 1_700_000_000_000, 7).arrival, 7);
  });
});
