// The automation: set up, enabled when something can carry it out, changed without an event.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { automationCommands } from './commands.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const automationId = id(10);
const tag = { type: 'add_tag', params: { tag: 'vip' } };
const rule = { ruleId: id(20), name: 'Tag', match: 'all', conditions: [], actions: [tag] };
const own = {
  automationId,
  projectId: id(11),
  pipelineId: id(12),
  name: 'Greet',
  trigger: { type: 'message.received' },
};
const create = (rules: readonly object[] = [rule]): Input => ({ type: 'automation.create', data: { ...own, rules } });
const enable: Input = { type: 'automation.enable', data: {} };

describe('automation', () => {
  it('is made once, and does nothing at first', () => {
    const { pipelineId, name } = own;
    const state = given(aggregates.automation)
      .when('automation.create', create().data)
      .thenEvents([
        { type: 'automation.created', data: { automationId, pipelineId, name, trigger: 'message.received' } },
      ]);
    assert.deepEqual([state.enabled, state.triggerType, state.rules.length], [false, 'message.received', 1]);
    given(aggregates.automation, [create()]).when('automation.create', create().data).thenRefused('automation_exists');
    given(aggregates.automation).when('automation.enable').thenRefused('not_found');
  });

  it('is enabled once it has rules that can be carried out, and disabled', () => {
    const ready = given(aggregates.automation, [create()]);
    assert.equal(ready.when('automation.enable').thenTypes('automation.enabled').enabled, true);
    ready.when('automation.disable').thenNothing();
    const on = given(aggregates.automation, [create(), enable]);
    on.when('automation.enable').thenNothing();
    assert.equal(on.when('automation.disable').thenTypes('automation.disabled').enabled, false);
    given(aggregates.automation, [create([])])
      .when('automation.enable')
      .thenRefused('automation_without_rules');
    on.when('automation.update', { rules: [] }).thenRefused('automation_without_rules');
  });

  it('is enabled, and changed while it is, with templates that can be filled in', () => {
    const template = (params: object) => ({
      ...rule,
      actions: [{ type: 'send_template', params: { templateName: 'hello', ...params } }],
    });
    const enabled = (params: object) =>
      given(aggregates.automation, [create([template(params)])]).when('automation.enable');
    enabled({}).thenRefused('template_without_content');
    given(aggregates.automation, [create(), enable])
      .when('automation.update', { rules: [template({})] })
      .thenRefused('template_without_content');
    enabled({ content: 'Hi {{nick}}' }).thenRefused('unknown_variables');
    enabled({ content: 'Hi {{nick}, {{contact.name}}', variables: { nick: 'you' } }).thenRefused('malformed_variables');
    enabled({ content: 'Hi {{nick}}', variables: { nick: 'you' } }).thenTypes('automation.enabled');
  });

  it('changes name, trigger and rules without an event', () => {
    const on = given(aggregates.automation, [create(), enable]);
    const state = on.when('automation.update', { name: 'Other', trigger: { type: 'session.ended' } }).thenEvents([]);
    assert.deepEqual([state.name, state.triggerType, state.enabled], ['Other', 'session.ended', true]);
    on.when('automation.update', { rules: [rule] }).thenNothing();
  });

  it('refuses what can not be meant', () => {
    const { 'automation.create': schema } = automationCommands;
    const accepts = (changes: object): boolean =>
      schema.safeParse({ ...own, rules: [{ ...rule, ...changes }] }).success;
    const when = (field: string, operator: string, value?: unknown) => ({ conditions: [{ field, operator, value }] });
    assert.ok(accepts(when('contact.tags', 'contains', 'vip')));
    assert.ok(!accepts(when('contact.tags', 'greater_than', 1)));
    assert.ok(!accepts(when('session.messageCount', 'at_least', 'three')));
    assert.ok(!accepts(when('contact.name', 'exists', 'x')));
    assert.ok(!accepts({ actions: [] }));
    assert.ok(!accepts({ actions: [{ type: 'add_tag', params: { text: 'x' } }] }));
    assert.ok(!schema.safeParse({ ...own, rules: [rule, rule] }).success);
    const delayed = { ...own, rules: [], trigger: { type: 'no_response.timeout', minutes: 0, of: 'agent' } };
    assert.ok(!schema.safeParse(delayed).success);
  });

  it('is never enabled with what can not be carried out, whatever is asked of it', () => {
    fc.assert(
      fc.property(arbitraryCommands(aggregates.automation, { first: 'automation.create', maxLength: 12 }), (inputs) => {
        for (const { after } of runAll(aggregates.automation, inputs).steps) {
          if (!after.enabled) continue;
          assert.ok(after.rules.length > 0);
          for (const { actions } of after.rules)
            for (const { type, params } of actions) {
              assert.ok(type !== 'send_template' || params.content !== undefined);
            }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
