// What ends the waiting of a trigger before its time, and when its time is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate, mayFire, type Situation } from './evaluate.ts';
import { beginsWait, type Trigger } from './triggers.ts';
import { dueAt, type WaitStanding, waitEnd } from './wait.ts';

const at = '2026-01-31T12:00:00.000Z';
const silence = (of: 'contact' | 'agent'): Trigger => ({ type: 'no_response.timeout', minutes: 90, of });
const delay = (after: 'message.received' | 'status.changed' | 'session.ended'): Trigger => ({
  type: 'after.delay',
  minutes: 90,
  after,
});
const own = { enabledAt: '2026-01-31T11:00:00.000Z', pipelineId: 'pipeline' };
const standing: WaitStanding = {
  beganAt: at,
  event: { data: {} },
  statusAtBegin: 'new',
  statusNow: 'new',
  message: { isThere: true, isAnswered: false, isOvertaken: false },
  sessionEnd: null,
};
const endOf = (trigger: Trigger, now: Partial<WaitStanding> = {}, more: Partial<typeof own> = {}) =>
  waitEnd({ ...own, ...more, trigger }, { ...standing, ...now });

test('a message of the other side begins to wait for its answer, what a delay counts from begins the delay', () => {
  const event = (type: string, data: object = {}) => ({ type, data: data as Record<string, unknown> });
  assert.ok(beginsWait(silence('contact'), event('message.created', { fromMe: true })));
  assert.ok(!beginsWait(silence('contact'), event('message.created', { fromMe: false })));
  assert.ok(beginsWait(silence('agent'), event('message.created', { fromMe: false })));
  assert.ok(beginsWait(delay('message.received'), event('message.created', { fromMe: false })));
  assert.ok(!beginsWait(delay('message.received'), event('message.created', { fromMe: true })));
  assert.ok(beginsWait(delay('status.changed'), event('contact.pipeline_status_changed')));
  assert.ok(!beginsWait(delay('session.ended'), event('session.resolved')));
  const scheduled: Trigger = { type: 'scheduled', hour: 9, minute: 0, weekdays: [1], timezone: 'UTC' };
  assert.ok(!beginsWait(scheduled, event('message.created')));
});

test('the time is over by the trigger as it is now', () => {
  assert.equal(dueAt({ trigger: silence('contact') }, at), '2026-01-31T13:30:00.000Z');
});

test('silence ends with an answer, a later message, one that never went out; a closed session ends that of agents', () => {
  const message = { isThere: true, isAnswered: false, isOvertaken: false };
  assert.equal(endOf(silence('contact')), undefined);
  assert.equal(endOf(silence('contact'), { message: { ...message, isAnswered: true, isOvertaken: true } }), 'answered');
  assert.equal(endOf(silence('contact'), { message: { ...message, isOvertaken: true } }), 'overtaken');
  assert.equal(endOf(silence('contact'), { message: { ...message, isThere: false } }), 'not_sent');
  assert.equal(endOf(silence('contact'), { sessionEnd: 'manual_close' }), undefined);
  assert.equal(endOf(silence('agent'), { sessionEnd: 'manual_close' }), 'session_closed');
  assert.equal(endOf(silence('agent'), { sessionEnd: 'inactivity_timeout' }), undefined);
  assert.equal(endOf(delay('message.received'), { message: { ...message, isAnswered: true } }), undefined);
});

test('who leaves the pipeline, or the status that began it, is waited for no more', () => {
  assert.equal(endOf(silence('contact'), { statusNow: 'won' }), undefined);
  assert.equal(endOf(silence('contact'), { statusNow: null }), 'left');
  assert.equal(endOf(silence('contact'), { statusAtBegin: null, statusNow: null }), undefined);
  const moved = { event: { data: { pipelineId: 'pipeline', newStatusId: 'new' } } };
  assert.equal(endOf(delay('status.changed'), moved), undefined);
  assert.equal(endOf(delay('status.changed'), { ...moved, statusNow: 'won' }), 'left');
});

test('what was switched on after the event did not wait for it', () => {
  assert.equal(endOf(silence('contact'), {}, { enabledAt: '2026-01-31T12:00:01.000Z' }), 'enabled_later');
});

test('the engine: it waits, it is over, or it ended; a rule that could not fire at the end need not wait', () => {
  const action = { type: 'add_tag', params: { tag: 'vip' } } as const;
  const condition = { field: 'contact.tags', operator: 'contains', value: 'vip' } as const;
  const rule = { ruleId: 'one', name: 'one', match: 'all' as const, conditions: [], actions: [action] };
  const automation = { ...own, enabled: true, projectId: 'project', trigger: silence('contact'), rules: [rule] };
  const situation: Situation = {
    event: { id: 'event', type: 'message.created', projectId: 'project', data: { fromMe: true } },
    facts: { 'contact.tags': [] },
    pipelineIds: ['pipeline'],
    statusIds: {},
    chain: [],
  };
  const reasonAt = (now: Partial<Situation>, rules = automation.rules) =>
    evaluate({ ...automation, rules }, { ...situation, ...now })[0]?.reason;
  assert.equal(reasonAt({}), 'waits_for_timers');
  assert.equal(reasonAt({ time: 'over' }), 'conditions_met');
  assert.equal(reasonAt({ time: 'answered' }), 'answered');
  const asking = [{ ...rule, conditions: [condition] }];
  assert.equal(reasonAt({ time: 'over' }, asking as never), 'conditions_not_met');
  assert.ok(mayFire({ ...automation, rules: asking as never }, situation));
  assert.ok(!mayFire(automation, { ...situation, chain: ['one'] }));
  assert.ok(!mayFire(automation, { ...situation, pipelineIds: [] }));
});
