// The pipeline: the statuses that contacts go through, in their order, and by what new contacts are qualified. Event-sourced.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { PipelineCommand } from './commands.ts';
import type { PipelineEvent } from './events.ts';
import { fieldChanges, maxStatuses } from './fields.ts';
import { type LeadQualification, leadQualification, qualificationFault } from './lead-qualification.ts';

/** A pipeline's state; `statusIds` in the order of the statuses. Times are ISO 8601. */
export type Pipeline = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly color: string | null;
  readonly active: boolean;
  readonly statusIds: readonly string[];
  readonly leadQualificationEnabled: boolean;
  readonly leadQualification: LeadQualification | null;
  readonly createdAt: string | null;
};

type CommandOf<Type extends PipelineCommand['type']> = Extract<PipelineCommand, { type: Type }>;

export const pipeline = defineAggregate<Pipeline, PipelineCommand, PipelineEvent>({
  aggregate: 'pipeline',
  storage: 'events',
  initialState: () => ({
    id: '',
    projectId: '',
    name: '',
    description: null,
    color: null,
    active: true,
    statusIds: [],
    leadQualificationEnabled: false,
    leadQualification: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: PipelineCommand, state: Pipeline): PipelineEvent[] {
  if (command.type === 'pipeline.create') {
    if (state.createdAt !== null) throw violated('pipeline_exists', 'A pipeline with this id exists already.');
    return [{ type: 'pipeline.created', data: { ...command.data, createdAt: command.at } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such pipeline.');
  const pipelineId = state.id;
  switch (command.type) {
    case 'pipeline.update':
      return update(command, state);
    case 'pipeline.activate':
      return state.active ? [] : [{ type: 'pipeline.activated', data: { pipelineId } }];
    case 'pipeline.deactivate':
      return state.active ? [{ type: 'pipeline.deactivated', data: { pipelineId } }] : [];
    case 'pipeline.add_status':
      if (state.statusIds.includes(command.data.statusId)) return [];
      if (state.statusIds.length >= maxStatuses)
        throw violated('too_many_statuses', `A pipeline has at most ${maxStatuses} statuses: remove one first.`);
      return [{ type: 'pipeline.status_added', data: { pipelineId, ...command.data } }];
    case 'pipeline.remove_status':
      return removeStatus(command, state);
    case 'pipeline.set_lead_qualification':
      return setLeadQualification(command, state);
    case 'pipeline.enable_lead_qualification':
      return enable(state);
    case 'pipeline.disable_lead_qualification':
      if (!state.leadQualificationEnabled) return [];
      return [{ type: 'pipeline.lead_qualification_disabled', data: { pipelineId } }];
  }
}

function update({ data }: CommandOf<'pipeline.update'>, state: Pipeline): PipelineEvent[] {
  const { statusIds } = data;
  const isReordering = statusIds === undefined || sameIds(statusIds, state.statusIds);
  if (!isReordering)
    throw violated('not_the_statuses', 'statusIds must name every status of the pipeline once, in the new order.');
  return fieldChanges(data, state).map((change) => ({
    type: 'pipeline.updated',
    data: { pipelineId: state.id, ...change },
  }));
}

const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

function removeStatus({ data }: CommandOf<'pipeline.remove_status'>, state: Pipeline): PipelineEvent[] {
  if (!state.statusIds.includes(data.statusId)) return [];
  if (state.leadQualification?.statusId === data.statusId)
    throw violated(
      'status_in_qualification',
      'Qualified contacts are moved to this status: set the lead qualification to another status first.',
    );
  return [{ type: 'pipeline.status_removed', data: { pipelineId: state.id, ...data } }];
}

function setLeadQualification(
  { data }: CommandOf<'pipeline.set_lead_qualification'>,
  state: Pipeline,
): PipelineEvent[] {
  const fault = qualificationFault(data);
  if (fault) throw violated(...fault);
  if (!state.statusIds.includes(data.statusId))
    throw violated('status_not_in_pipeline', 'statusId must be one of the pipeline’s own statuses.');
  // Through the schema, which puts the fields in one order: the database gives them in its own.
  const config = state.leadQualification && leadQualification.parse(state.leadQualification);
  if (fieldChanges({ config: data }, { config }).length === 0) return [];
  return [{ type: 'pipeline.lead_qualification_config_updated', data: { pipelineId: state.id, config: data } }];
}

function enable(state: Pipeline): PipelineEvent[] {
  if (state.leadQualificationEnabled) return [];
  if (state.leadQualification === null)
    throw violated('lead_qualification_not_set', 'Set the criteria of the lead qualification first.');
  if (!state.active) throw violated('pipeline_inactive', 'The pipeline takes no contacts: activate it first.');
  return [{ type: 'pipeline.lead_qualification_enabled', data: { pipelineId: state.id } }];
}

function evolve(state: Pipeline, event: PipelineEvent): Pipeline {
  switch (event.type) {
    case 'pipeline.created': {
      const { pipelineId, projectId, name, description = null, color = null, createdAt = null } = event.data;
      return { ...state, id: pipelineId, projectId, name, description, color, createdAt };
    }
    case 'pipeline.updated':
      return { ...state, [event.data.field]: event.data.newValue };
    case 'pipeline.activated':
      return { ...state, active: true };
    case 'pipeline.deactivated':
      return { ...state, active: false };
    case 'pipeline.status_added':
      return { ...state, statusIds: [...state.statusIds, event.data.statusId] };
    case 'pipeline.status_removed':
      return { ...state, statusIds: state.statusIds.filter((id) => id !== event.data.statusId) };
    case 'pipeline.lead_qualification_enabled':
      return { ...state, leadQualificationEnabled: true };
    case 'pipeline.lead_qualification_disabled':
      return { ...state, leadQualificationEnabled: false };
    case 'pipeline.lead_qualification_config_updated':
      return { ...state, leadQualification: event.data.config };
  }
}
