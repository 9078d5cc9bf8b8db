// Pacing: whatever is asked whenever, a number is never faster than its policy allows, and what is said to wait for comes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Bucket,
  type Capping,
  defaultPacing,
  finishAt,
  type PacingPolicy,
  take,
  unused,
  waitFor,
} from './pacing.ts';

const start = Date.parse('2026-02-02T09:00:00.000Z');
const minute = 60_000;
const day = 24 * 60 * minute;
const bucket = (policy: Partial<PacingPolicy> = {}, capping: Capping | null = null): Bucket => ({
  state: { ...unused, capping },
  policy: { ...defaultPacing, jitter: 0, ...policy },
});

/** Takes as soon as it may, `count` times; gives the moments. */
function takeAll(first: readonly Bucket[], count: number, random: () => number = () => 0, from = start): number[] {
  let [buckets, nowMs] = [first, from];
  const moments: number[] = [];
  while (moments.length < count) {
    const { waitMs, states } = take(buckets, { nowMs, random: random() });
    buckets = buckets.map(({ policy }, index) => ({ policy, state: states[index] ?? unused }));
    if (waitMs === 0) moments.push(nowMs);
    nowMs += waitMs;
  }
  return moments;
}

const policies = fc.record({
  ratePerMinute: fc.integer({ min: 1, max: 600 }),
  jitter: fc.double({ min: 0, max: 2, noNaN: true }),
  dailyLimit: fc.option(fc.integer({ min: 1, max: 500 })),
  warmUp: fc.option(
    fc.record({ firstDay: fc.integer({ min: 1, max: 50 }), growth: fc.double({ min: 1.01, max: 5, noNaN: true }) }),
  ),
  quietHours: fc.constant(null),
});
/** When somebody asks, one after the other: after so many ms. */
const askings = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 300 });
const chance = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('properties', () => {
  test('in any stretch of time no more than was saved up and its rate', () => {
    fc.assert(
      fc.property(policies, askings, chance, (policy, gaps, random) => {
        const moments: number[] = [];
        let state = unused;
        let nowMs = start;
        for (const gap of gaps) {
          nowMs += gap;
          const taken = take([{ state, policy }], { nowMs, random });
          state = taken.states[0] ?? unused;
          if (taken.waitMs === 0) moments.push(nowMs);
        }
        const perMs = policy.ratePerMinute / minute;
        const saved = Math.max(1, Math.floor(2_000 * perMs));
        for (let from = 0; from < moments.length; from += 1)
          for (let to = from; to < moments.length; to += 1) {
            const length = (moments[to] ?? 0) - (moments[from] ?? 0);
            assert.ok(to - from + 1 <= saved + length * perMs + 1e-6, `${to - from + 1} within ${length} ms`);
          }
      }),
      { numRuns: 200 },
    );
  });

  test('after the time it was told to wait, one can be taken; not before', () => {
    fc.assert(
      fc.property(policies, policies, fc.integer({ min: 1, max: 200 }), (one, other, count) => {
        let buckets: readonly Bucket[] = [one, other].map((policy) => ({ policy, state: unused }));
        let nowMs = start;
        for (let taken = 0; taken < count; taken += 1) {
          const wait = waitFor(buckets, nowMs);
          if (wait > 0) assert.ok(take(buckets, { nowMs: nowMs + wait - 1, random: 0 }).waitMs > 0);
          // The two buckets' days and gaps may ask for more than one wait.
          for (let waits = 0; waitFor(buckets, nowMs) > 0; waits += 1) {
            assert.ok(waits < 3);
            nowMs += waitFor(buckets, nowMs);
          }
          const { waitMs, states } = take(buckets, { nowMs, random: 0.5 });
          assert.equal(waitMs, 0);
          buckets = buckets.map(({ policy }, index) => ({ policy, state: states[index] ?? unused }));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('no day goes over its limit, and a warm-up’s days grow', () => {
    fc.assert(
      fc.property(policies, chance, (policy, random) => {
        const counts = new Map<number, number>();
        for (const moment of takeAll([{ state: unused, policy }], 300, () => random))
          counts.set(Math.floor(moment / day), (counts.get(Math.floor(moment / day)) ?? 0) + 1);
        for (const [index, count] of [...counts.values()].entries()) {
          if (policy.dailyLimit !== null) assert.ok(count <= policy.dailyLimit);
          if (policy.warmUp !== null)
            assert.ok(count <= Math.floor(policy.warmUp.firstDay * policy.warmUp.growth ** index));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('the end that is foretold is the end that comes', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 400 }), (policy, count) => {
        const [of, last] = [
          { ...policy, jitter: 0 },
          takeAll([{ state: unused, policy: { ...policy, jitter: 0 } }], count).at(-1) ?? 0,
        ];
        const told = finishAt([{ state: unused, policy: of }], { count, nowMs: start });
        // What was saved up goes at once, and each day's first has waited for nothing.
        const days = Math.floor(last / day) - Math.floor(start / day) + 1;
        assert.ok(Math.abs(told - last) <= 3_000 + days * (minute / of.ratePerMinute) * 2, `${told - last} ms off`);
      }),
      { numRuns: 200 },
    );
  });
});

test('gaps are drawn out by chance, up to what the jitter says', () => {
  const moments = takeAll([bucket({ ratePerMinute: 2, jitter: 1 })], 4, () => 0.5);
  assert.deepEqual(
    moments.map((moment) => moment - start),
    [0, 45_000, 90_000, 135_000],
  );
});

test('two buckets are taken from together or not at all', () => {
  const [fast, slow] = [bucket({ ratePerMinute: 600 }), bucket({ ratePerMinute: 1 })];
  const first = take([fast, slow], { nowMs: start, random: 0 });
  const then = [fast, slow].map(({ policy }, index) => ({ policy, state: first.states[index] ?? unused }));
  const second = take(then, { nowMs: start + 1_000, random: 0 });
  assert.deepEqual([second.waitMs, second.states], [59_000, first.states]);
});

test('a clock that was put back gives no day twice', () => {
  const state = { ...unused, day: Math.floor(start / day), usedOnDay: 5 };
  const policy = { ...defaultPacing, dailyLimit: 5 };
  assert.ok(waitFor([{ state, policy }], start - day) >= day);
});

describe('what the gateway says about a number’s quota', () => {
  const until = start + 3 * day;
  const capping = (status: Capping['status'], remaining: number | null = null): Capping => ({
    status,
    remaining,
    until,
  });

  test('a capped number, and one whose quota is used up, rest until the cycle is over', () => {
    assert.equal(waitFor([bucket({}, capping('CAPPED'))], start), 3 * day);
    assert.equal(waitFor([bucket({}, { status: 'CAPPED', remaining: null, until: null })], start), 60 * minute);
    const moments = takeAll([bucket({}, capping('NONE', 3))], 4);
    assert.ok(moments.every((moment, index) => (index < 3 ? moment < start + minute : moment === until)));
    assert.equal(waitFor([bucket({}, capping('CAPPED'))], until), 0);
  });

  test('a warning makes it slower', () => {
    const gapsOf = (status: Capping['status']) => takeAll([bucket({ ratePerMinute: 10 }, capping(status))], 2)[1];
    assert.deepEqual(
      [gapsOf('NONE'), gapsOf('FIRST_WARNING'), gapsOf('SECOND_WARNING')],
      [start + 6_000, start + 12_000, start + 24_000],
    );
  });
});

test('quiet hours move the foretold end into the morning', () => {
  const quietHours = { from: '21:00', to: '08:00', timeZone: 'UTC' };
  const told = finishAt([bucket({ ratePerMinute: 1, quietHours })], { count: 12 * 60 + 31, nowMs: start });
  assert.equal(new Date(told).toISOString(), '2026-02-03T08:30:00.000Z');
});
