// The engine: which rules fire and why not; each condition with its outcome; no rule sets itself off.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Condition } from './conditions.ts';
import { condition, evaluateCondition } from './conditions.ts';
import { evaluate, maxChain, type Situation } from './evaluate.ts';

const action = { type: 'add_tag', params: { tag: 'vip' } } as const;
const rule = (ruleId: string, ...conditions: Condition[]) => ({
  ruleId,
  name: ruleId,
  match: 'all' as 'all' | 'any',
  conditions,
  actions: [action],
});
const automation = {
  enabled: true,
  projectId: 'project',
  pipelineId: 'pipeline',
  trigger: { type: 'message.received' as const },
  rules: [rule('one')],
};
const situation: Situation = {
  event: { id: 'event', type: 'message.created', projectId: 'project', data: { fromMe: false } },
  facts: {
    'contact.tags': ['VIP'],
    'message.text': 'Qual o PREÇO?',
    'session.messageCount': 3,
    'channel.id': 'channel',
  },
  pipelineIds: ['pipeline'],
  statusIds: { pipeline: 'won', other: 'new' },
  chain: [],
};
const reasonOf = (changes: Partial<typeof automation> | object, now: Partial<Situation> = {}) =>
  evaluate({ ...automation, ...changes }, { ...situation, ...now })[0]?.reason;
const event = (type: string, data: Record<string, unknown>) => ({ event: { ...situation.event, type, data } });

describe('conditions on custom fields', () => {
  it('compare what is there, as text or as a number, and never show it', () => {
    const facts = { 'contact.custom.plan': 'Gold', 'contact.custom.seats': 3 };
    const asked = (key: string, operator: string, value?: unknown) => {
      const read = condition.parse({ field: `contact.custom.${key}`, operator, ...(value !== undefined && { value }) });
      return evaluateCondition(read, facts);
    };
    assert.deepEqual(Object.keys(asked('plan', 'equals', 'gold')).sort(), ['field', 'met', 'operator']);
    const met = [asked('plan', 'equals', 'gold'), asked('plan', 'in', ['gold']), asked('seats', 'at_least', 3)];
    assert.deepEqual(
      [...met, asked('seats', 'equals', 3), asked('size', 'not_exists')].map((one) => one.met),
      [true, true, true, true, true],
    );
    const unmet = [asked('plan', 'at_most', 3), asked('size', 'equals', 'x'), asked('seats', 'less_than', 3)];
    assert.deepEqual(
      unmet.map((one) => one.met),
      [false, false, false],
    );
    for (const wrong of [
      { field: 'contact.custom.', operator: 'exists' },
      { field: 'contact.custom.seats', operator: 'at_least', value: 'three' },
      { field: 'contact.colour', operator: 'exists' },
    ])
      assert.ok(!condition.safeParse(wrong).success, wrong.field);
  });
});

describe('the engine', () => {
  it('fires a rule without conditions, with its actions', () => {
    const [fired] = evaluate(automation, situation);
    assert.deepEqual([fired?.fires, fired?.reason, fired?.actions], [true, 'conditions_met', [action]]);
  });

  it('tells what keeps all rules from firing', () => {
    assert.equal(reasonOf({ enabled: false }), 'disabled');
    assert.equal(reasonOf({}, event('message.created', { fromMe: true })), 'other_trigger');
    const delayed = { trigger: { type: 'after.delay', minutes: 5, after: 'message.received' } };
    assert.equal(reasonOf(delayed), 'waits_for_timers');
    assert.equal(reasonOf(delayed, event('session.resolved', {})), 'other_trigger');
    assert.equal(reasonOf({ projectId: 'other' }), 'other_project');
    assert.equal(reasonOf({ pipelineId: 'other' }), 'other_pipeline');
    assert.equal(reasonOf({ trigger: { type: 'message.received', channelIds: ['other'] } }), 'not_meant');
    assert.equal(reasonOf({ trigger: { type: 'message.received', channelIds: ['channel'] } }), 'conditions_met');
    assert.equal(reasonOf({}, { facts: { 'message.source': 'history_import' } }), 'imported');
  });

  it('knows which event sets off which trigger', () => {
    const ended = (reason: string) => event('session.ended', { reason });
    assert.equal(reasonOf({ trigger: { type: 'session.timeout' } }, ended('inactivity_timeout')), 'conditions_met');
    assert.equal(reasonOf({ trigger: { type: 'session.timeout' } }, ended('manual_close')), 'other_trigger');
    assert.equal(reasonOf({ trigger: { type: 'session.ended' } }, ended('inactivity_timeout')), 'conditions_met');
    const moved = event('contact.pipeline_status_changed', { previousStatusId: 'a', newStatusId: 'b' });
    assert.equal(reasonOf({ trigger: { type: 'status.changed', toStatusId: 'b' } }, moved), 'conditions_met');
    assert.equal(reasonOf({ trigger: { type: 'status.changed', toStatusId: 'a' } }, moved), 'not_meant');
    assert.equal(reasonOf({ trigger: { type: 'stage.completed', statusId: 'a' } }, moved), 'conditions_met');
  });

  it('never lets a rule fire on what it caused, nor chains grow without end', () => {
    assert.equal(reasonOf({}, { chain: ['two', 'one'] }), 'caused_by_itself');
    const chain = Array.from({ length: maxChain }, (_, index) => `rule ${index}`);
    assert.equal(reasonOf({}, { chain }), 'chain_too_deep');
    assert.equal(reasonOf({}, { chain: chain.slice(1) }), 'conditions_met');
  });

  it('tells of each condition what came of it, and shows nothing personal', () => {
    const price: Condition = { field: 'message.text', operator: 'contains', value: 'preço' };
    const long: Condition = { field: 'session.messageCount', operator: 'greater_than', value: 5 };
    const both = rule('one', price, long);
    const [all] = evaluate({ ...automation, rules: [both] }, situation);
    assert.deepEqual([all?.fires, all?.reason, all?.actions], [false, 'conditions_not_met', []]);
    assert.deepEqual(all?.conditions, [
      { field: 'message.text', operator: 'contains', met: true },
      { ...long, met: false, actual: 3 },
    ]);
    const won: Condition = { field: 'contact.pipelineStatusId', operator: 'equals', value: 'won' };
    assert.equal(reasonOf({ rules: [rule('one', won)] }), 'conditions_met');
    const [any] = evaluate({ ...automation, rules: [{ ...both, match: 'any' }] }, situation);
    assert.equal(any?.fires, true);
  });

  const table: [Condition['field'], Condition['operator'], Condition['value'], boolean][] = [
    ['contact.tags', 'contains', 'vip', true],
    ['contact.tags', 'not_contains', 'vip', false],
    ['contact.tags', 'exists', undefined, true],
    ['contact.language', 'equals', 'pt', false],
    ['contact.language', 'not_equals', 'pt', true],
    ['contact.language', 'not_exists', undefined, true],
    ['message.text', 'starts_with', 'qual', true],
    ['channel.id', 'in', ['x', 'channel'], true],
    ['channel.id', 'not_in', ['x'], true],
    ['session.messageCount', 'at_least', 3, true],
    ['session.messageCount', 'less_than', 3, false],
    ['session.messageCount', 'at_most', 3, true],
    ['session.ownMessageCount', 'less_than', 3, false],
  ];
  for (const [field, operator, value, met] of table)
    it(`${field} ${operator} ${value ?? ''}: ${met}`, () => {
      const condition = { field, operator, ...(value !== undefined && { value }) };
      assert.equal(evaluateCondition(condition, situation.facts).met, met);
    });
});
