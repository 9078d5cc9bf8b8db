// A pipeline's status: where a contact stands. Its place in the order is the pipeline's business. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { fieldChanges, type statusTypes } from '../pipeline/fields.ts';
import type { StatusCommand } from './commands.ts';
import type { StatusEvent } from './events.ts';

/** A status's state; `removedAt` set means that the pipeline no longer has it. Times are ISO 8601. */
export type Status = {
  readonly id: string;
  readonly projectId: string;
  readonly pipelineId: string;
  readonly name: string;
  readonly statusType: (typeof statusTypes)[number];
  readonly description: string | null;
  readonly color: string | null;
  readonly active: boolean;
  readonly createdAt: string | null;
  readonly removedAt: string | null;
};

export const status = defineAggregate<Status, StatusCommand, StatusEvent>({
  aggregate: 'status',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    pipelineId: '',
    name: '',
    statusType: 'open',
    description: null,
    color: null,
    active: true,
    createdAt: null,
    removedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: StatusCommand, state: Status): StatusEvent[] {
  if (command.type === 'status.create') {
    if (state.createdAt !== null) throw violated('status_exists', 'A status with this id exists already.');
    const { projectId: _, ...data } = command.data;
    return [{ type: 'status.created', data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such status.');
  const about = { statusId: state.id, pipelineId: state.pipelineId };
  const changed = (asked: Readonly<Record<string, unknown>>): StatusEvent[] =>
    fieldChanges(asked, state).map((change) => ({ type: 'status.updated', data: { ...about, ...change } }));
  if (state.removedAt !== null) {
    if (command.type === 'status.remove') return [];
    throw violated('status_removed', 'The pipeline no longer has this status: add a new one.');
  }
  const deactivated: StatusEvent[] = state.active ? [{ type: 'status.deactivated', data: about }] : [];
  switch (command.type) {
    case 'status.update':
      return changed(command.data);
    case 'status.activate':
      return state.active ? [] : [{ type: 'status.activated', data: about }];
    case 'status.deactivate':
      return deactivated;
    case 'status.remove':
      return [...deactivated, ...changed({ removedAt: command.at })];
  }
}

function evolve(state: Status, event: StatusEvent, command: StatusCommand): Status {
  switch (event.type) {
    case 'status.created': {
      const { statusId, pipelineId, name, statusType, description = null, color = null } = event.data;
      const projectId = command.type === 'status.create' ? command.data.projectId : state.projectId;
      const said = { pipelineId, name, statusType, description, color };
      return { ...state, ...said, id: statusId, projectId, createdAt: command.at };
    }
    case 'status.updated':
      return { ...state, [event.data.field]: event.data.newValue };
    case 'status.activated':
      return { ...state, active: true };
    case 'status.deactivated':
      return { ...state, active: false };
  }
}
