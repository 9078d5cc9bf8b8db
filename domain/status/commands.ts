// What can be asked of a pipeline's status: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id } from '../kernel/fields.ts';
import { pipelineFields, statusTypes } from '../pipeline/fields.ts';

const { name, description, color } = pipelineFields;
const statusType = z.enum(statusTypes);

export const statusCommands = defineCommands({
  /** Makes a status; `pipeline.add_status` goes with it. */
  'status.create': z.object({
    statusId: id,
    projectId: id,
    pipelineId: id,
    name,
    statusType,
    description: description.optional(),
    color: color.optional(),
  }),
  /** Changes the fields that are given; null takes a description or colour away. */
  'status.update': z.object({
    name: name.optional(),
    statusType: statusType.optional(),
    description: description.nullable().optional(),
    color: color.nullable().optional(),
  }),
  'status.activate': z.object({}),
  'status.deactivate': z.object({}),
  /** Ends it for good; what happened in it keeps its name. */
  'status.remove': z.object({}),
});

/** Any command of a status. */
export type StatusCommand = CommandsOf<typeof statusCommands>;
