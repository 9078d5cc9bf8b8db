// What can be asked of a project: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, tenantId } from '../kernel/fields.ts';

export const projectCommands = defineCommands({
  'project.create': z.object({
    projectId: id,
    userId: id,
    tenantId,
    name: label,
    billingAccountId: id.optional(),
  }),
});

/** Any command of a project. */
export type ProjectCommand = CommandsOf<typeof projectCommands>;
