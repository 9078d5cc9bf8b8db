// The project: what a tenant's contacts, channels and messages belong to. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { violated } from '../kernel/errors.ts';
import type { ProjectCommand } from './commands.ts';
import type { ProjectEvent } from './events.ts';

/** A project's state; `userId` is who set it up, `billingAccountId` who pays for it. Times are ISO 8601. */
export type Project = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly billingAccountId: string | null;
  readonly createdAt: string | null;
};

export const project = defineAggregate<Project, ProjectCommand, ProjectEvent>({
  aggregate: 'project',
  storage: 'state',
  initialState: () => ({ id: '', userId: '', name: '', billingAccountId: null, createdAt: null }),
  decide: (command, state) => {
    if (state.createdAt !== null) throw violated('project_exists', 'A project with this id exists already.');
    return [{ type: 'project.created', data: command.data }];
  },
  evolve: (state, { data: { projectId: id, userId, name, billingAccountId = null } }, command) => ({
    ...state,
    id,
    userId,
    name,
    billingAccountId,
    createdAt: command.at,
  }),
});
