// The campaign: its goal, its steps, whether it runs. Event-sourced. Who is in it has a row of its own (campaign-enrollment).
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isAfter, isSameMoment } from '../kernel/time.ts';
import { withChanges } from '../outreach/changes.ts';
import { foundStep, orderOf, withoutStep, withStep } from '../outreach/steps.ts';
import type { CampaignCommand } from './commands.ts';
import type { CampaignEvent, campaignGoals } from './events.ts';
import { type CampaignStep, requireRunnable } from './steps.ts';

/** A campaign's state. Times are ISO 8601. */
export type Campaign = {
  readonly id: string;
  readonly tenantId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly goalType: (typeof campaignGoals)[number];
  readonly goalValue: number | null;
  readonly reEntry: boolean;
  readonly exitOnReply: boolean;
  readonly status: 'draft' | 'scheduled' | 'active' | 'paused' | 'completed' | 'archived';
  readonly steps: readonly CampaignStep[];
  readonly startDate: string | null;
  readonly createdAt: string | null;
  readonly activatedAt: string | null;
  readonly pausedAt: string | null;
  readonly completedAt: string | null;
  readonly archivedAt: string | null;
};

type CommandOf<Type extends CampaignCommand['type']> = Extract<CampaignCommand, { type: Type }>;
type StepCommand = CommandOf<'campaign.add_step' | 'campaign.remove_step' | 'campaign.move_step'>;
type StateCommand = Exclude<CampaignCommand, StepCommand | CommandOf<'campaign.create' | 'campaign.update'>>;

export const campaign = defineAggregate<Campaign, CampaignCommand, CampaignEvent>({
  aggregate: 'campaign',
  storage: 'events',
  initialState: () => ({
    id: '',
    tenantId: '',
    projectId: '',
    name: '',
    description: null,
    goalType: 'reach_contacts',
    goalValue: null,
    reEntry: false,
    exitOnReply: false,
    status: 'draft',
    steps: [],
    startDate: null,
    createdAt: null,
    activatedAt: null,
    pausedAt: null,
    completedAt: null,
    archivedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: CampaignCommand, state: Campaign): CampaignEvent[] {
  if (command.type === 'campaign.create') return create(command, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such campaign.');
  if (state.status === 'archived' && command.type !== 'campaign.archive')
    throw violated('campaign_archived', 'The campaign is archived and cannot be changed: make another one.');
  switch (command.type) {
    case 'campaign.update':
      return update(command, state);
    case 'campaign.add_step':
    case 'campaign.remove_step':
    case 'campaign.move_step':
      return changeSteps(command, state);
    default:
      return changeState(command, state);
  }
}

function create({ data, at }: CommandOf<'campaign.create'>, state: Campaign): CampaignEvent[] {
  if (state.createdAt !== null) throw violated('campaign_exists', 'A campaign with this id exists already.');
  return [{ type: 'campaign.created', data: { ...data, createdAt: at } }];
}

function update({ data }: CommandOf<'campaign.update'>, state: Campaign): CampaignEvent[] {
  if (state.status !== 'draft')
    throw violated('campaign_not_draft', 'Only a draft can be changed: make another campaign.');
  const changed = withChanges(state, data);
  if (changed === state) return [];
  const { id: campaignId, tenantId, projectId, name, description, goalType, goalValue, reEntry, exitOnReply } = changed;
  const about = {
    ...{ campaignId, tenantId, projectId, name, goalType, reEntry, exitOnReply },
    ...(description !== null && { description }),
    ...(goalValue !== null && { goalValue }),
  };
  return [{ type: 'campaign.created', data: { ...about, revised: true } }];
}

function changeSteps(command: StepCommand, state: Campaign): CampaignEvent[] {
  if (state.status !== 'draft' && state.status !== 'paused')
    throw violated('steps_fixed', `The campaign is ${state.status}: steps change only in a draft or during a pause.`);
  const campaignId = state.id;
  const added = (step: CampaignStep, order: number): CampaignEvent => ({
    type: 'campaign.step_added',
    data: { campaignId, stepId: step.stepId, stepType: step.stepType, order, step },
  });
  if (command.type === 'campaign.add_step') {
    const { step, order } = command.data;
    return [added(step, orderOf(withStep(state.steps, step, order), step.stepId))];
  }
  const { stepId } = command.data;
  if (command.type === 'campaign.remove_step' && orderOf(state.steps, stepId) === 0) return [];
  const { step, order } = foundStep(state.steps, stepId);
  const removed: CampaignEvent = { type: 'campaign.step_removed', data: { campaignId, stepId } };
  if (command.type === 'campaign.remove_step') return [removed];
  const place = Math.min(command.data.order, state.steps.length);
  return place === order ? [] : [removed, added(step, place)];
}

/** From which states each command may be given, and where it leads: there it does nothing. */
const ways = {
  'campaign.schedule': { from: ['draft', 'scheduled'], to: null, says: 'only a draft can be scheduled' },
  'campaign.activate': { from: ['draft', 'scheduled'], to: 'active', says: 'only a draft can be activated' },
  'campaign.pause': { from: ['active'], to: 'paused', says: 'only a running campaign can be paused' },
  'campaign.resume': { from: ['paused'], to: 'active', says: 'only a paused campaign can be resumed' },
  'campaign.complete': { from: ['active', 'paused'], to: 'completed', says: 'only one that was activated can end' },
  'campaign.archive': {
    from: ['draft', 'scheduled', 'paused', 'completed'],
    to: 'archived',
    says: 'pause or complete it before it is archived',
  },
} as const satisfies Record<
  StateCommand['type'],
  { readonly from: readonly Campaign['status'][]; readonly to: Campaign['status'] | null; readonly says: string }
>;

function changeState(command: StateCommand, state: Campaign): CampaignEvent[] {
  const { from, to, says } = ways[command.type];
  if (state.status === to) return [];
  if (!(from as readonly string[]).includes(state.status))
    throw violated(`campaign_${state.status}`, `The campaign is ${state.status}: ${says}.`);
  const { at } = command;
  const campaignId = state.id;
  switch (command.type) {
    case 'campaign.schedule': {
      const { startDate } = command.data;
      if (isSameMoment(state.startDate, startDate)) return [];
      if (!isAfter(startDate, at))
        throw violated('schedule_in_past', 'The start lies in the past: give a later one, or activate it now.');
      requireRunnable(state.steps);
      return [{ type: 'campaign.scheduled', data: { campaignId, startDate } }];
    }
    case 'campaign.activate':
      requireRunnable(state.steps);
      return [{ type: 'campaign.activated', data: { campaignId, activatedAt: at } }];
    case 'campaign.pause':
      return [{ type: 'campaign.paused', data: { campaignId, pausedAt: at } }];
    case 'campaign.resume':
      requireRunnable(state.steps);
      return [{ type: 'campaign.resumed', data: { campaignId, resumedAt: at } }];
    case 'campaign.complete':
      if (command.data.openEnrollments > 0)
        throw violated(
          'enrollments_open',
          `${command.data.openEnrollments} contacts are still in the campaign: wait for them, or let them exit.`,
        );
      return [{ type: 'campaign.completed', data: { campaignId, completedAt: at } }];
    case 'campaign.archive':
      return [{ type: 'campaign.archived', data: { campaignId, archivedAt: at } }];
  }
}

function evolve(state: Campaign, event: CampaignEvent): Campaign {
  switch (event.type) {
    case 'campaign.created': {
      const { campaignId, revised, ...data } = event.data;
      const { description = null, goalValue = null, projectId = '', reEntry = false, exitOnReply = false } = data;
      const { createdAt = revised ? state.createdAt : null, tenantId, name, goalType } = data;
      const about = { tenantId, projectId, name, description, goalType, goalValue, reEntry, exitOnReply };
      return { ...state, ...about, id: campaignId, createdAt };
    }
    case 'campaign.step_added': {
      const { step, order } = event.data;
      return step ? { ...state, steps: withStep(state.steps, step, order) } : state;
    }
    case 'campaign.step_removed':
      return { ...state, steps: withoutStep(state.steps, event.data.stepId) };
    case 'campaign.scheduled':
      return { ...state, status: 'scheduled', startDate: event.data.startDate };
    case 'campaign.activated':
      return { ...state, status: 'active', activatedAt: event.data.activatedAt ?? null };
    case 'campaign.paused':
      return { ...state, status: 'paused', pausedAt: event.data.pausedAt ?? null };
    case 'campaign.resumed':
      return { ...state, status: 'active', pausedAt: null };
    case 'campaign.completed':
      return { ...state, status: 'completed', pausedAt: null, completedAt: event.data.completedAt ?? null };
    case 'campaign.archived':
      return { ...state, status: 'archived', archivedAt: event.data.archivedAt ?? null };
  }
}
