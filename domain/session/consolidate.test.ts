// Sessions of the past: parted by silence, joined to what is known already; the pages in which messages come make no difference.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { consolidate, type Span } from './consolidate.ts';

const gapMs = 30;

function consolidated(known: readonly Span[], moments: readonly number[]) {
  let made = 0;
  const newId = () => {
    made += 1;
    return `new-${known.length + made}`;
  };
  return consolidate(known, moments, { gapMs, newId });
}

describe('consolidate', () => {
  it('parts where the silence is longer than the gap, and only there', () => {
    assert.deepEqual(consolidated([], [0, 30, 60, 91, 92]).sessionIds, ['new-1', 'new-1', 'new-1', 'new-2', 'new-2']);
  });

  it('joins what is known, the nearest one, before and after it', () => {
    const known = [
      { id: 'early', firstMs: 0, lastMs: 10 },
      { id: 'late', firstMs: 60, lastMs: 70 },
    ];
    const { sessionIds, spans } = consolidated(known, [38, 45, 5, 101]);
    assert.deepEqual(sessionIds, ['late', 'late', 'early', 'new-3']);
    assert.deepEqual(
      spans.map(({ firstMs, lastMs, isNew }) => [firstMs, lastMs, isNew]),
      [
        [0, 10, false],
        [38, 70, false],
        [101, 101, true],
      ],
    );
  });

  it('gives the same sessions, however the messages are cut into pages', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 30 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 7 }), (given, size) => {
        const sorted = given.toSorted((one, other) => one - other);
        const whole = consolidated([], sorted);
        let spans: readonly Span[] = [];
        const paged: string[] = [];
        for (let from = 0; from < sorted.length; from += size) {
          const page = consolidated(spans, sorted.slice(from, from + size));
          spans = page.spans;
          paged.push(...page.sessionIds);
        }
        assert.deepEqual(paged, whole.sessionIds);
      }),
    );
  });
});
