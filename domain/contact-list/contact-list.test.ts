// The contact list: its kind decides what it takes; rules that can't be answered are refused by name.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const listId = id(10);
const created = { listId, projectId: id(11), tenantId: 'demo', name: 'VIPs', isStatic: false };
const create = (isStatic: boolean): Input => ({ type: 'contact_list.create', data: { ...created, isStatic } });
const vip = { filterType: 'tag', field: 'tags', operator: 'has', value: 'vip' } as const;
const addRule = (ruleId: string, condition: object = vip): Input => ({
  type: 'contact_list.add_filter_rule',
  data: { ruleId, condition },
});
const { contact_list: list } = aggregates;

describe('contact list', () => {
  it('is made once, a static one without an operator', () => {
    const state = given(list)
      .when('contact_list.create', created)
      .thenEvents([{ type: 'contact_list.created', data: created }]);
    assert.deepEqual([state.logicalOperator, state.filterRules], ['AND', []]);
    given(list, [create(true)])
      .when('contact_list.create', created)
      .thenRefused('contact_list_exists');
    const operated = { ...created, isStatic: true, logicalOperator: 'OR' };
    given(list).when('contact_list.create', operated).thenRefused('list_is_static');
    given(list).when('contact_list.delete').thenRefused('not_found');
  });

  it('says which fields changed', () => {
    const one = given(list, [create(false)]);
    one.when('contact_list.update', { name: 'VIPs', description: null }).thenNothing();
    const state = one
      .when('contact_list.update', { name: 'Best', logicalOperator: 'OR' })
      .thenEvents([{ type: 'contact_list.updated', data: { listId, changes: ['name', 'logicalOperator'] } }]);
    assert.deepEqual([state.name, state.logicalOperator], ['Best', 'OR']);
    given(list, [create(true)])
      .when('contact_list.update', { logicalOperator: 'OR' })
      .thenRefused('list_is_static');
  });

  it('takes rules that can be answered, each once, up to a limit', () => {
    const one = given(list, [create(false), addRule(id(20))]);
    assert.deepEqual(one.state.filterRules, [{ ruleId: id(20), ...vip }]);
    one.when('contact_list.add_filter_rule', addRule(id(21)).data).thenNothing();
    const refused: readonly [object, string][] = [
      [{ filterType: 'attribute', field: 'phone', operator: 'equals', value: '5511' }, 'field_is_sealed'],
      [{ filterType: 'attribute', field: 'name', operator: 'is_set' }, 'field_is_sealed'],
      [{ filterType: 'custom_field', field: 'size', operator: 'greater_than', value: 9 }, 'field_is_sealed'],
      [{ filterType: 'tag', field: 'tags', operator: 'like', value: 'v' }, 'filter_not_answerable'],
    ];
    for (const [condition, rule] of refused)
      one.when('contact_list.add_filter_rule', { ruleId: id(21), condition }).thenRefused(rule);
    const phone = { filterType: 'attribute', field: 'phone', operator: 'is_set', value: null };
    one
      .when('contact_list.add_filter_rule', { ruleId: id(21), condition: phone })
      .thenTypes('contact_list.filter_rule_added');
    const filterRules = Array.from({ length: 20 }, (_, index) => ({
      ...vip,
      ruleId: id(index + 30),
      value: `${index}`,
    }));
    given(list, [], { ...one.state, filterRules })
      .when('contact_list.add_filter_rule', addRule(id(21)).data)
      .thenRefused('too_many_rules');
    given(list, [create(true)])
      .when('contact_list.add_filter_rule', addRule(id(20)).data)
      .thenRefused('list_is_static');
  });

  it('loses rules one by one or all', () => {
    const two = given(list, [create(false), addRule(id(20)), addRule(id(21), { ...vip, value: 'x' })]);
    two.when('contact_list.remove_filter_rule', { ruleId: id(22) }).thenNothing();
    const one = two
      .when('contact_list.remove_filter_rule', { ruleId: id(20) })
      .thenTypes('contact_list.filter_rule_removed');
    assert.deepEqual(
      one.filterRules.map(({ ruleId }) => ruleId),
      [id(21)],
    );
    const none = given(list, [], one)
      .when('contact_list.clear_filter_rules')
      .thenTypes('contact_list.filter_rules_cleared');
    given(list, [], none).when('contact_list.clear_filter_rules').thenNothing();
  });

  it('is recalculated when it is dynamic, until it is deleted', () => {
    const counts = { contactCount: 3, addedCount: 2, removedCount: 1 };
    const state = given(list, [create(false)])
      .when('contact_list.complete_recalculation', counts)
      .thenEvents([{ type: 'contact_list.recalculated', data: { listId, ...counts, recalculatedAt: momentOf(1) } }]);
    assert.deepEqual(state.lastRecalculation, { ...counts, recalculatedAt: momentOf(1) });
    given(list, [create(true)])
      .when('contact_list.complete_recalculation', counts)
      .thenRefused('list_is_static');
    const gone = given(list, [], state).when('contact_list.delete').thenTypes('contact_list.deleted');
    given(list, [], gone).when('contact_list.complete_recalculation', counts).thenRefused('not_found');
  });

  it('holds no rule twice, and none when it is static', () => {
    const commands = arbitraryCommands(list, { first: 'contact_list.create', rare: ['contact_list.delete'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { after } of runAll(list, inputs).steps) {
          const rules = after.filterRules.map(({ ruleId: _, ...rule }) => JSON.stringify(rule));
          assert.equal(new Set(rules).size, rules.length);
          assert.ok(!after.isStatic || rules.length === 0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
