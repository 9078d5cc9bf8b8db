// The campaign: its draft, its steps, its states, always the fold of its events; and a contact's way through it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, foldStored, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import type { CampaignStep } from './steps.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const campaignId = id(10);
const [first, second, third] = [id(21), id(22), id(23)] as const;
const about = {
  campaignId,
  projectId: id(11),
  tenantId: 'demo',
  name: 'Spring',
  goalType: 'conversions',
  goalValue: 10,
  reEntry: false,
  exitOnReply: false,
} as const;
const create: Input = { type: 'campaign.create', data: about };
const delay = (stepId: string): CampaignStep => ({ stepId, stepType: 'delay', delay: { amount: 1, unit: 'hours' } });
const wait = (stepId: string, timeoutStepId?: string): CampaignStep => ({
  ...{ stepId, stepType: 'wait', waitFor: 'reply', timeoutHours: 1 },
  ...(timeoutStepId !== undefined && { timeoutStepId }),
});
const condition = (stepId: string, elseStepId?: string): CampaignStep => ({
  ...{ stepId, stepType: 'condition', condition: { type: 'tag', operator: 'has', tag: 'vip' } },
  ...(elseStepId !== undefined && { elseStepId }),
});
const add = (step: CampaignStep, order?: number): Input => ({
  type: 'campaign.add_step',
  data: { step, ...(order !== undefined && { order }) },
});
const verb = (name: string, data: object = {}): Input => ({ type: `campaign.${name}`, data });
const campaign = (...past: Input[]) => given(aggregates.campaign, [create, ...past]);
const ready = [add(delay(first)), verb('activate')];
const startDate = '2026-02-01T12:00:00.000Z';
const idsOf = ({ steps }: { readonly steps: readonly CampaignStep[] }) => steps.map(({ stepId }) => stepId);

describe('campaign', () => {
  it('is drafted once and changed while it is a draft', () => {
    given(aggregates.campaign)
      .when('campaign.create', about)
      .thenEvents([{ type: 'campaign.created', data: { ...about, createdAt: momentOf(0) } }]);
    campaign().when('campaign.create', about).thenRefused('campaign_exists');
    given(aggregates.campaign).when('campaign.pause').thenRefused('not_found');
    const renamed = campaign()
      .when('campaign.update', { name: 'Summer' })
      .thenEvents([{ type: 'campaign.created', data: { ...about, name: 'Summer', revised: true } }]);
    assert.deepEqual([renamed.name, renamed.createdAt], ['Summer', momentOf(0)]);
    campaign().when('campaign.update', { name: 'Spring' }).thenNothing();
    campaign(...ready)
      .when('campaign.update', { name: 'x' })
      .thenRefused('campaign_not_draft');
  });

  it('takes steps in, out and elsewhere, in a draft or a pause', () => {
    const two = campaign(add(delay(first)), add(wait(second)));
    assert.deepEqual(idsOf(two.when('campaign.add_step', add(delay(third), 1).data).thenTypes('campaign.step_added')), [
      third,
      first,
      second,
    ]);
    two.when('campaign.add_step', { step: delay(first) }).thenRefused('step_exists');
    const moved = two.when('campaign.move_step', { stepId: first, order: 9 });
    assert.deepEqual(idsOf(moved.thenTypes('campaign.step_removed', 'campaign.step_added')), [second, first]);
    two.when('campaign.move_step', { stepId: first, order: 1 }).thenNothing();
    two.when('campaign.move_step', { stepId: third, order: 1 }).thenRefused('no_such_step');
    two
      .when('campaign.remove_step', { stepId: first })
      .thenEvents([{ type: 'campaign.step_removed', data: { campaignId, stepId: first } }]);
    two.when('campaign.remove_step', { stepId: third }).thenNothing();
    for (const past of [ready, [add(delay(first)), verb('schedule', { startDate })]])
      campaign(...past)
        .when('campaign.add_step', { step: delay(second) })
        .thenRefused('steps_fixed');
    campaign(...ready, verb('pause'))
      .when('campaign.remove_step', { stepId: first })
      .thenTypes('campaign.step_removed');
  });

  it('runs only with steps that lead forward', () => {
    campaign().when('campaign.activate').thenRefused('campaign_without_steps');
    campaign().when('campaign.schedule', { startDate }).thenRefused('campaign_without_steps');
    campaign(add(wait(first, second)))
      .when('campaign.activate')
      .thenRefused('step_target_missing');
    campaign(add(delay(first)), add(condition(second, first)))
      .when('campaign.activate')
      .thenRefused('step_target_not_later');
    campaign(add(wait(first, first)))
      .when('campaign.activate')
      .thenRefused('step_target_not_later');
    campaign(add(wait(first, second)), add(delay(second)))
      .when('campaign.activate')
      .thenTypes('campaign.activated');
    campaign(...ready, verb('pause'), verb('remove_step', { stepId: first }))
      .when('campaign.resume')
      .thenRefused('campaign_without_steps');
  });

  it('is scheduled for a time to come, which may change', () => {
    const steps = add(delay(first));
    campaign(steps)
      .when('campaign.schedule', { startDate: momentOf(0) })
      .thenRefused('schedule_in_past');
    campaign(steps)
      .when('campaign.schedule', { startDate })
      .thenEvents([{ type: 'campaign.scheduled', data: { campaignId, startDate } }]);
    const scheduled = campaign(steps, verb('schedule', { startDate }));
    scheduled.when('campaign.schedule', { startDate }).thenNothing();
    scheduled.when('campaign.schedule', { startDate: '2026-03-01T12:00:00.000Z' }).thenTypes('campaign.scheduled');
    scheduled.when('campaign.activate').thenTypes('campaign.activated');
    campaign(...ready)
      .when('campaign.schedule', { startDate })
      .thenRefused('campaign_active');
  });

  it('pauses, goes on, ends when nobody is in it, and is archived for good', () => {
    const none = { openEnrollments: 0 };
    campaign().when('campaign.pause').thenRefused('campaign_draft');
    campaign().when('campaign.complete', none).thenRefused('campaign_draft');
    const active = campaign(...ready);
    for (const name of ['activate', 'resume'] as const) active.when(`campaign.${name}`).thenNothing();
    active.when('campaign.archive').thenRefused('campaign_active');
    active.when('campaign.complete', { openEnrollments: 2 }).thenRefused('enrollments_open');
    active.when('campaign.complete', none).thenTypes('campaign.completed');
    active.when('campaign.pause').thenTypes('campaign.paused');
    const paused = campaign(...ready, verb('pause'));
    paused.when('campaign.pause').thenNothing();
    paused.when('campaign.activate').thenRefused('campaign_paused');
    assert.equal(paused.when('campaign.resume').thenTypes('campaign.resumed').pausedAt, null);
    paused.when('campaign.complete', none).thenTypes('campaign.completed');
    const completed = campaign(...ready, verb('complete', none));
    completed.when('campaign.complete', { openEnrollments: 1 }).thenNothing();
    for (const name of ['activate', 'pause', 'resume'] as const)
      completed.when(`campaign.${name}`).thenRefused('campaign_completed');
    for (const past of [[], [...ready, verb('pause')], [...ready, verb('complete', none)]]) {
      campaign(...past)
        .when('campaign.archive')
        .thenTypes('campaign.archived');
      const archived = campaign(...past, verb('archive'));
      archived.when('campaign.archive').thenNothing();
      archived.when('campaign.update', { name: 'x' }).thenRefused('campaign_archived');
      archived.when('campaign.resume').thenRefused('campaign_archived');
    }
  });

  it('is the fold of its events, and never has a step twice', () => {
    const commands = arbitraryCommands(aggregates.campaign, {
      first: 'campaign.create',
      rare: ['campaign.archive', 'campaign.complete', 'campaign.create'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        const { state, events } = runAll(aggregates.campaign, inputs);
        assert.deepEqual(foldStored(aggregates.campaign, events), state);
        assert.equal(new Set(idsOf(state)).size, state.steps.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('campaign enrolment', () => {
  const who = { enrollmentId: id(30), campaignId, contactId: id(31) };
  const enroll = (steps: readonly CampaignStep[]): Input => ({
    type: 'campaign_enrollment.enroll',
    data: { ...who, projectId: id(11), steps, reEntry: false, exitOnReply: false },
  });
  const enrolled = (...steps: CampaignStep[]) => given(aggregates.campaign_enrollment, [enroll(steps)]);
  const [soon, due] = [momentOf(5), momentOf(60)];
  const over = (stepId: string, outcome: string) => ({ stepId, outcome });

  it('waits for a delay, and for an answer at most until its time-out', () => {
    const nextScheduledAt = due;
    given(aggregates.campaign_enrollment)
      .when('campaign_enrollment.enroll', enroll([delay(first)]).data)
      .thenEvents([{ type: 'campaign.contact_enrolled', data: { ...who, nextScheduledAt } }]);
    enrolled(delay(first)).when('campaign_enrollment.advance', over(first, 'done'), soon).thenRefused('step_not_due');
    enrolled(delay(first))
      .when('campaign_enrollment.advance', over(first, 'done'), due)
      .thenTypes('campaign.enrollment_completed');
    const waiting = enrolled(wait(first, third), delay(second), delay(third));
    waiting.when('campaign_enrollment.advance', over(first, 'timed_out'), soon).thenRefused('step_not_due');
    const answered = waiting.when('campaign_enrollment.advance', over(first, 'done'), soon);
    assert.equal(answered.thenTypes('campaign.enrollment_advanced').currentStepOrder, 2);
    const late = waiting.when('campaign_enrollment.advance', over(first, 'timed_out'), due);
    assert.equal(late.thenTypes('campaign.enrollment_advanced').currentStepOrder, 3);
    const on = enrolled(wait(first), delay(second)).when('campaign_enrollment.advance', over(first, 'timed_out'), due);
    assert.equal(on.thenTypes('campaign.enrollment_advanced').currentStepOrder, 2);
  });

  it('goes where a condition leads, or out', () => {
    const asked = enrolled(condition(first, third), delay(second), delay(third));
    const order = (outcome: string) =>
      asked.when('campaign_enrollment.advance', over(first, outcome), soon).thenTypes('campaign.enrollment_advanced')
        .currentStepOrder;
    assert.deepEqual([order('done'), order('not_met')], [2, 3]);
    const left = enrolled(condition(first), delay(second)).when(
      'campaign_enrollment.advance',
      over(first, 'not_met'),
      soon,
    );
    assert.equal(left.thenTypes('campaign.enrollment_exited').exitReason, 'condition_not_met');
    asked.when('campaign_enrollment.advance', over(first, 'timed_out'), soon).thenRefused('outcome_impossible');
    enrolled(wait(first))
      .when('campaign_enrollment.advance', over(first, 'not_met'), due)
      .thenRefused('outcome_impossible');
    given(aggregates.campaign_enrollment)
      .when('campaign_enrollment.enroll', enroll([wait(first, first)]).data)
      .thenRefused('step_target_not_later');
  });

  it('pauses, goes on and leaves', () => {
    const one = enrolled(delay(first));
    one.when('campaign_enrollment.enroll', enroll([delay(first)]).data).thenRefused('enrollment_exists');
    one.when('campaign_enrollment.pause').thenTypes('campaign.enrollment_paused');
    one.when('campaign_enrollment.exit', { reason: 'asked to' }).thenTypes('campaign.enrollment_exited');
    const paused = given(aggregates.campaign_enrollment, [
      enroll([delay(first)]),
      { type: 'campaign_enrollment.pause', data: {} },
    ]);
    paused.when('campaign_enrollment.resume').thenTypes('campaign.enrollment_resumed');
    given(aggregates.campaign_enrollment).when('campaign_enrollment.exit', { reason: 'x' }).thenRefused('not_found');
  });
});
