// When a condition on a contact holds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Asked, type Condition, holds } from './holds.ts';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const ana: Asked = {
  tags: ['vip'],
  customFields: { plan: 'Gold', size: 10, empty: '' },
  pipelines: [{ pipelineId: 'p', statusId: 's' }],
  lastInteractionAt: '2026-02-27T12:00:00.000Z',
};
const field = (name: string, operator: Extract<Condition, { type: 'custom_field' }>['operator'], value?: string) =>
  holds({ type: 'custom_field', field: name, operator, ...(value !== undefined && { value }) }, ana, nowMs);

describe('a condition on a contact', () => {
  it('asks for tags and places in pipelines', () => {
    assert.ok(holds({ type: 'tag', operator: 'has', tag: 'vip' }, ana, nowMs));
    assert.ok(!holds({ type: 'tag', operator: 'has', tag: 'new' }, ana, nowMs));
    assert.ok(holds({ type: 'pipeline_status', operator: 'is', pipelineId: 'p', statusId: 's' }, ana, nowMs));
    assert.ok(!holds({ type: 'pipeline_status', operator: 'is', pipelineId: 'q', statusId: 's' }, ana, nowMs));
  });

  it('asks for custom fields: numbers by their size, texts whatever their case', () => {
    assert.ok(field('plan', 'equals', 'gold') && field('plan', 'contains', 'OL') && !field('plan', 'contains', 'x'));
    assert.ok(field('size', 'greater_than', '9') && !field('size', 'greater_than', '10'));
    assert.ok(field('size', 'less_than', '11') && !field('size', 'less_than', '10'));
    assert.deepEqual(
      ['plan', 'empty', 'none'].map((name) => [field(name, 'is_set'), field(name, 'is_not_set')]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  it('knows nothing of a field that is not set: unlike any value, greater and less than none', () => {
    for (const operator of ['equals', 'contains', 'greater_than', 'less_than'] as const)
      assert.ok(!field('none', operator, '1'), operator);
    assert.ok(field('none', 'not_equals', '1'));
  });

  it('asks when the contact was last in touch, to the moment', () => {
    const within = (days: number) => holds({ type: 'last_activity', operator: 'within', days }, ana, nowMs);
    assert.deepEqual([within(1), within(2), within(3)], [false, true, true]);
    const never = { ...ana, lastInteractionAt: null };
    assert.ok(holds({ type: 'last_activity', operator: 'not_within', days: 3650 }, never, nowMs));
  });

  it('of two that say the opposite, exactly one holds', () => {
    const word = fc.constantFrom('a', 'b', '');
    const contact = fc.record({
      tags: fc.uniqueArray(word),
      customFields: fc.option(fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean()))),
      pipelines: fc.array(fc.record({ pipelineId: word, statusId: word })),
      lastInteractionAt: fc.option(fc.integer({ min: 0, max: nowMs }).map((ms) => new Date(ms).toISOString())),
    });
    const pair: fc.Arbitrary<readonly [Condition, Condition]> = fc.oneof(
      word.map((tag) => opposites({ type: 'tag', tag } as const, ['has', 'has_not'] as const)),
      fc
        .tuple(word, word)
        .map(([name, value]) =>
          opposites({ type: 'custom_field', field: name, value } as const, ['equals', 'not_equals'] as const),
        ),
      word.map((name) => opposites({ type: 'custom_field', field: name } as const, ['is_set', 'is_not_set'] as const)),
      fc
        .tuple(word, word)
        .map(([pipelineId, statusId]) =>
          opposites({ type: 'pipeline_status', pipelineId, statusId } as const, ['is', 'is_not'] as const),
        ),
      fc
        .integer({ min: 1, max: 3650 })
        .map((days) => opposites({ type: 'last_activity', days } as const, ['within', 'not_within'] as const)),
    );
    fc.assert(
      fc.property(contact, pair, (of, [one, other]) => {
        assert.notEqual(holds(one, of, nowMs), holds(other, of, nowMs));
      }),
      { numRuns: 1000 },
    );
  });
});

function opposites<About extends object, Operator extends string>(
  about: About,
  [one, other]: readonly [Operator, Operator],
): readonly [Condition, Condition] {
  return [{ ...about, operator: one } as unknown as Condition, { ...about, operator: other } as unknown as Condition];
}
