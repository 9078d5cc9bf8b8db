// The custom field: defined once, changed without an event, gone for good; and which values are its own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { misfitOf } from './fits-field.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const own = { customFieldId: id(10), projectId: id(11), key: 'plan', label: 'Plan' };
const create = (type: string, options?: readonly string[]): Input => ({
  type: 'custom_field.create',
  data: { ...own, type, ...(options && { options }) },
});
const { custom_field: field } = aggregates;

describe('custom field', () => {
  it('is defined once, a select with its options', () => {
    const state = given(field)
      .when('custom_field.create', create('select', ['gold']).data)
      .thenEvents([]);
    assert.deepEqual(
      [state.key, state.type, state.options, state.createdAt],
      ['plan', 'select', ['gold'], momentOf(0)],
    );
    given(field).when('custom_field.create', create('select').data).thenRefused('options_needed');
    given(field)
      .when('custom_field.create', create('text', ['x']).data)
      .thenRefused('options_unexpected');
    given(field, [create('text')])
      .when('custom_field.create', create('text').data)
      .thenRefused('custom_field_exists');
  });

  it('changes label and options, never its kind, and is gone once deleted', () => {
    const select = given(field, [create('select', ['gold'])]);
    const state = select.when('custom_field.update', { label: 'Tariff', options: ['gold', 'silver'] }).thenEvents([]);
    assert.deepEqual([state.label, state.options, state.updatedAt], ['Tariff', ['gold', 'silver'], momentOf(1)]);
    select.when('custom_field.update', { label: 'Plan' }).thenNothing();
    given(field, [create('date')])
      .when('custom_field.update', { options: ['x'] })
      .thenRefused('options_unexpected');
    const gone = select.when('custom_field.delete').thenEvents([]);
    given(field, [], gone).when('custom_field.update', {}).thenRefused('not_found');
    given(field).when('custom_field.delete').thenRefused('not_found');
  });

  it('keeps options and kind together, whatever is asked of it', () => {
    const commands = arbitraryCommands(field, { first: 'custom_field.create', rare: ['custom_field.delete'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        const { state, events } = runAll(field, inputs);
        assert.deepEqual(events, []);
        if (state.createdAt !== null) assert.equal(state.options !== null, state.type === 'select');
      }),
      { numRuns: 1000 },
    );
  });

  it('knows its values', () => {
    const good = { text: 'x', number: 1.5, date: '2026-02-28', boolean: false, select: 'gold' } as const;
    const bad = { text: 1, number: '1', date: '2026-02-30', boolean: 'yes', select: 'lead' } as const;
    for (const type of ['text', 'number', 'date', 'boolean', 'select'] as const) {
      assert.equal(misfitOf({ type, options: ['gold'] }, good[type]), undefined, type);
      assert.match(misfitOf({ type, options: ['gold'] }, bad[type]) ?? '', /^must be/, type);
    }
  });
});
