// The sequence: its draft, its steps, its states; and a contact's way through it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const sequenceId = id(10);
const [first, second, third] = [id(21), id(22), id(23)] as const;
const about = { sequenceId, projectId: id(11), tenantId: 'demo', name: 'Welcome', exitOnReply: true, reEntry: false };
const create: Input = { type: 'sequence.create', data: { ...about, trigger: { type: 'manual' } } };
const stepOf = (stepId: string, amount = 1) => ({
  stepId,
  delay: { amount, unit: 'hours' as const },
  conditions: [],
  message: { type: 'text' as const, content: 'Hello' },
});
const add = (stepId: string, order?: number): Input => ({
  type: 'sequence.add_step',
  data: { ...stepOf(stepId), ...(order !== undefined && { order }) },
});
const verb = (name: string): Input => ({ type: `sequence.${name}`, data: {} });
const sequence = (...past: Input[]) => given(aggregates.sequence, [create, ...past]);
const idsOf = ({ steps }: { readonly steps: readonly { readonly stepId: string }[] }) =>
  steps.map(({ stepId }) => stepId);

describe('sequence', () => {
  it('is drafted once and changed while it is a draft', () => {
    given(aggregates.sequence)
      .when('sequence.create', create.data)
      .thenEvents([{ type: 'sequence.created', data: { ...about, trigger: 'manual' } }]);
    sequence().when('sequence.create', create.data).thenRefused('sequence_exists');
    given(aggregates.sequence).when('sequence.pause').thenRefused('not_found');
    const changed = sequence({ type: 'sequence.update', data: { trigger: { type: 'tag_added', tag: 'vip' } } });
    assert.deepEqual(changed.state.trigger, { type: 'tag_added', tag: 'vip' });
    sequence(add(first), verb('activate')).when('sequence.update', { name: 'x' }).thenRefused('sequence_not_draft');
  });

  it('takes steps in, out and elsewhere, in a draft or a pause', () => {
    const told = { sequenceId, stepId: third, stepType: 'text', order: 1, delayDuration: 'PT1H' } as const;
    const two = sequence(add(first), add(second));
    const three = two
      .when('sequence.add_step', add(third, 1).data)
      .thenEvents([{ type: 'sequence.step_added', data: told }]);
    assert.deepEqual(idsOf(three), [third, first, second]);
    two.when('sequence.add_step', add(first).data).thenRefused('step_exists');
    two
      .when('sequence.add_step', { ...stepOf(third), message: { type: 'text', content: '' } })
      .thenRefused('empty_message');
    const move = (stepId: string, order: number): Input => ({ type: 'sequence.move_step', data: { stepId, order } });
    assert.deepEqual(idsOf(sequence(add(first), add(second), move(first, 9)).state), [second, first]);
    two.when('sequence.move_step', move(first, 1).data).thenNothing();
    two.when('sequence.move_step', move(third, 1).data).thenRefused('no_such_step');
    const less = sequence(add(first), add(second), { type: 'sequence.remove_step', data: { stepId: first } });
    assert.deepEqual(idsOf(less.state), [second]);
    less.when('sequence.remove_step', { stepId: first }).thenNothing();
    const active = sequence(add(first), verb('activate'));
    for (const { type, data } of [
      add(second),
      move(first, 1),
      { type: 'sequence.remove_step', data: { stepId: first } },
    ])
      active.when(type as never, data).thenRefused('steps_fixed');
    sequence(add(first), verb('activate'), verb('pause'))
      .when('sequence.add_step', stepOf(second))
      .thenTypes('sequence.step_added');
    const full = Array.from({ length: 50 }, (_, index) => add(`018f5a10-0000-7000-8000-0000000001${10 + index}`));
    sequence(...full)
      .when('sequence.add_step', stepOf(first))
      .thenRefused('too_many_steps');
  });

  it('is activated with steps, paused, resumed and archived for good', () => {
    sequence().when('sequence.activate').thenRefused('sequence_without_steps');
    sequence().when('sequence.pause').thenRefused('sequence_not_active');
    sequence().when('sequence.resume').thenRefused('sequence_not_active');
    sequence(add(first)).when('sequence.activate').thenTypes('sequence.activated');
    const active = sequence(add(first), verb('activate'));
    for (const name of ['activate', 'resume'] as const) active.when(`sequence.${name}`).thenNothing();
    active.when('sequence.pause').thenTypes('sequence.paused');
    const paused = sequence(add(first), verb('activate'), verb('pause'));
    paused.when('sequence.pause').thenNothing();
    paused.when('sequence.activate').thenRefused('sequence_paused');
    paused.when('sequence.resume').thenTypes('sequence.resumed');
    for (const past of [[], [add(first), verb('activate')]]) {
      sequence(...past)
        .when('sequence.archive')
        .thenTypes('sequence.archived');
      const archived = sequence(...past, verb('archive'));
      archived.when('sequence.archive').thenNothing();
      for (const name of ['activate', 'pause', 'resume'] as const)
        archived.when(`sequence.${name}`).thenRefused('sequence_archived');
    }
  });
});

describe('sequence enrolment', () => {
  const steps = [first, second].map((stepId) => ({ ...stepOf(stepId), stepType: 'text' as const }));
  const who = { enrollmentId: id(30), sequenceId, contactId: id(31) };
  const enroll: Input = {
    type: 'sequence_enrollment.enroll',
    data: { ...who, projectId: id(11), steps, reEntry: false, exitOnReply: true },
    at: '2026-01-31T12:00:00.000Z',
  };
  const advance = (stepId: string, at: string): Input => ({
    type: 'sequence_enrollment.advance',
    data: { stepId },
    at,
  });
  const [one, two] = ['2026-01-31T13:00:00.000Z', '2026-01-31T14:00:00.000Z'];
  const done = advance(first, one);
  const enrolled = (...past: Input[]) => given(aggregates.sequence_enrollment, [enroll, ...past]);

  it('goes from step to step, each in its time, to the end', () => {
    given(aggregates.sequence_enrollment)
      .when('sequence_enrollment.enroll', enroll.data, enroll.at)
      .thenEvents([{ type: 'sequence.contact_enrolled', data: { ...who, nextScheduledAt: one } }]);
    enrolled().when('sequence_enrollment.enroll', enroll.data).thenRefused('enrollment_exists');
    enrolled().when('sequence_enrollment.advance', { stepId: first }, momentOf(1)).thenRefused('step_not_due');
    enrolled().when('sequence_enrollment.advance', { stepId: second }, one).thenRefused('not_at_step');
    enrolled().when('sequence_enrollment.advance', { stepId: third }, one).thenRefused('no_such_step');
    enrolled()
      .when('sequence_enrollment.advance', { stepId: first }, one)
      .thenEvents([
        { type: 'sequence.enrollment_advanced', data: { ...who, currentStepOrder: 2, nextScheduledAt: two } },
      ]);
    enrolled(done).when('sequence_enrollment.advance', { stepId: first }, two).thenNothing();
    const end = enrolled(done).when('sequence_enrollment.advance', { stepId: second }, two);
    assert.equal(end.thenTypes('sequence.enrollment_completed').completedAt, two);
    const over = enrolled(done, advance(second, two));
    over.when('sequence_enrollment.advance', { stepId: second }, two).thenNothing();
    over.when('sequence_enrollment.pause').thenRefused('enrollment_over');
    over.when('sequence_enrollment.exit', { reason: 'x' }).thenRefused('enrollment_over');
    given(aggregates.sequence_enrollment).when('sequence_enrollment.pause').thenRefused('not_found');
  });

  it('stands still, goes on with what fell due, and leaves', () => {
    enrolled().when('sequence_enrollment.pause').thenTypes('sequence.enrollment_paused');
    enrolled().when('sequence_enrollment.resume').thenNothing();
    const paused = enrolled({ type: 'sequence_enrollment.pause', data: {} });
    paused.when('sequence_enrollment.pause').thenNothing();
    paused.when('sequence_enrollment.advance', { stepId: first }, two).thenRefused('enrollment_paused');
    const resumed = paused.when('sequence_enrollment.resume', {}, two).thenTypes('sequence.enrollment_resumed');
    assert.deepEqual([resumed.status, resumed.nextScheduledAt], ['active', two]);
    const left = enrolled({ type: 'sequence_enrollment.exit', data: { reason: 'replied' } });
    assert.deepEqual(
      [left.state.status, left.state.exitReason, left.state.nextScheduledAt],
      ['exited', 'replied', null],
    );
    left.when('sequence_enrollment.exit', { reason: 'again' }).thenNothing();
    left.when('sequence_enrollment.resume').thenRefused('enrollment_over');
    left.when('sequence_enrollment.advance', { stepId: first }, two).thenRefused('enrollment_over');
  });
});
