// The sequence: its steps, what puts contacts in, whether it runs. The row is the truth. Who is in it has a row of its own (sequence-enrollment).
import type { z } from 'zod';
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { withChanges } from '../outreach/changes.ts';
import { delayDuration } from '../outreach/delay.ts';
import { requireSendable } from '../outreach/message.ts';
import { foundStep, orderOf, withoutStep, withStep } from '../outreach/steps.ts';
import type { SequenceCommand, SequenceTrigger, sequenceStepSchema } from './commands.ts';
import type { SequenceEvent } from './events.ts';

/** A step as it is kept. */
export type SequenceStep = z.infer<typeof sequenceStepSchema> & { readonly stepType: 'text' | 'template' | 'media' };

/** A sequence's state. Times are ISO 8601. */
export type Sequence = {
  readonly id: string;
  readonly tenantId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly channelId: string | null;
  readonly trigger: SequenceTrigger;
  readonly exitOnReply: boolean;
  readonly reEntry: boolean;
  readonly status: 'draft' | 'active' | 'paused' | 'archived';
  readonly steps: readonly SequenceStep[];
  readonly createdAt: string | null;
  readonly activatedAt: string | null;
  readonly archivedAt: string | null;
};

type CommandOf<Type extends SequenceCommand['type']> = Extract<SequenceCommand, { type: Type }>;
type StepCommand = CommandOf<'sequence.add_step' | 'sequence.remove_step' | 'sequence.move_step'>;

export const sequence = defineAggregate<Sequence, SequenceCommand, SequenceEvent>({
  aggregate: 'sequence',
  storage: 'state',
  initialState: () => ({
    id: '',
    tenantId: '',
    projectId: '',
    name: '',
    description: null,
    channelId: null,
    trigger: { type: 'manual' },
    exitOnReply: false,
    reEntry: false,
    status: 'draft',
    steps: [],
    createdAt: null,
    activatedAt: null,
    archivedAt: null,
  }),
  decide,
  evolve,
  settle,
});

function decide(command: SequenceCommand, state: Sequence): SequenceEvent[] {
  if (command.type === 'sequence.create') return create(command, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such sequence.');
  const data = { sequenceId: state.id };
  const { status } = state;
  if (command.type === 'sequence.archive') return status === 'archived' ? [] : [{ type: 'sequence.archived', data }];
  if (status === 'archived')
    throw violated('sequence_archived', 'The sequence is archived and cannot be changed: make another one.');
  switch (command.type) {
    case 'sequence.update':
      if (status !== 'draft')
        throw violated('sequence_not_draft', 'Only a draft can be changed: make another sequence.');
      return [];
    case 'sequence.add_step':
    case 'sequence.remove_step':
    case 'sequence.move_step':
      return changeSteps(command, state);
    case 'sequence.activate':
      if (status === 'active') return [];
      if (status === 'paused') throw violated('sequence_paused', 'The sequence is paused: resume it.');
      requireSteps(state);
      return [{ type: 'sequence.activated', data }];
    case 'sequence.pause':
      if (status === 'paused') return [];
      if (status === 'draft') throw violated('sequence_not_active', 'The sequence is a draft: nothing runs yet.');
      return [{ type: 'sequence.paused', data }];
    case 'sequence.resume':
      if (status === 'active') return [];
      if (status === 'draft') throw violated('sequence_not_active', 'The sequence is a draft: activate it.');
      requireSteps(state);
      return [{ type: 'sequence.resumed', data }];
  }
}

function requireSteps({ steps }: Sequence): void {
  if (steps.length === 0) throw violated('sequence_without_steps', 'The sequence has no steps: add one first.');
}

function create({ data }: CommandOf<'sequence.create'>, state: Sequence): SequenceEvent[] {
  if (state.createdAt !== null) throw violated('sequence_exists', 'A sequence with this id exists already.');
  const { channelId: _channelId, trigger, ...told } = data;
  return [{ type: 'sequence.created', data: { ...told, trigger: trigger.type } }];
}

function changeSteps(command: StepCommand, state: Sequence): SequenceEvent[] {
  if (state.status === 'active')
    throw violated('steps_fixed', 'The sequence is active: steps change only in a draft or during a pause.');
  const { stepId } = command.data;
  if (command.type === 'sequence.move_step') foundStep(state.steps, stepId);
  if (command.type !== 'sequence.add_step') return [];
  const { message, delay } = command.data;
  requireSendable(message);
  const order = orderOf(withStep(state.steps, stepOf(command.data), command.data.order), stepId);
  const told = { sequenceId: state.id, stepId, stepType: message.type, order, delayDuration: delayDuration(delay) };
  return [{ type: 'sequence.step_added', data: told }];
}

const stepOf = ({ order: _order, ...step }: CommandOf<'sequence.add_step'>['data']): SequenceStep => ({
  ...step,
  stepType: step.message.type,
});

/** A changed draft and a step that was moved or taken out: the catalogue has no events for them. */
function settle(state: Sequence, command: SequenceCommand): Sequence {
  switch (command.type) {
    case 'sequence.update':
      return withChanges(state, command.data);
    case 'sequence.remove_step':
      return orderOf(state.steps, command.data.stepId) === 0
        ? state
        : { ...state, steps: withoutStep(state.steps, command.data.stepId) };
    case 'sequence.move_step': {
      const { stepId, order: place } = command.data;
      const { step, order } = foundStep(state.steps, stepId);
      if (Math.min(place, state.steps.length) === order) return state;
      return { ...state, steps: withStep(withoutStep(state.steps, stepId), step, place) };
    }
    default:
      return state;
  }
}

function evolve(state: Sequence, event: SequenceEvent, command: SequenceCommand): Sequence {
  const { at } = command;
  switch (event.type) {
    case 'sequence.created': {
      if (command.type !== 'sequence.create') return state;
      const { sequenceId, description = null, channelId = null, ...data } = command.data;
      return { ...state, ...data, id: sequenceId, description, channelId, createdAt: at };
    }
    case 'sequence.step_added':
      if (command.type !== 'sequence.add_step') return state;
      return { ...state, steps: withStep(state.steps, stepOf(command.data), event.data.order) };
    case 'sequence.activated':
      return { ...state, status: 'active', activatedAt: at };
    case 'sequence.paused':
      return { ...state, status: 'paused' };
    case 'sequence.resumed':
      return { ...state, status: 'active' };
    case 'sequence.archived':
      return { ...state, status: 'archived', archivedAt: at };
  }
}
