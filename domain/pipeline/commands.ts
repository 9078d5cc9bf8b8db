// What can be asked of a pipeline: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, tenantId } from '../kernel/fields.ts';
import { maxStatuses, pipelineFields, statusTypes } from './fields.ts';
import { leadQualification } from './lead-qualification.ts';

const { name, description, color } = pipelineFields;

export const pipelineCommands = defineCommands({
  'pipeline.create': z.object({
    pipelineId: id,
    projectId: id,
    tenantId,
    name,
    description: description.optional(),
    color: color.optional(),
  }),
  /** Changes the fields that are given; null takes a description or colour away. `statusIds` are all statuses of the pipeline in their new order. */
  'pipeline.update': z.object({
    name: name.optional(),
    description: description.nullable().optional(),
    color: color.nullable().optional(),
    statusIds: z.array(id).max(maxStatuses).optional(),
  }),
  'pipeline.activate': z.object({}),
  'pipeline.deactivate': z.object({}),
  /** Adds a status behind the others; the status itself is made by `status.create` in the same transaction. */
  'pipeline.add_status': z.object({ statusId: id, statusName: name, statusType: z.enum(statusTypes) }),
  /** Takes a status out for good; `status.remove` goes with it. */
  'pipeline.remove_status': z.object({ statusId: id, statusName: name }),
  'pipeline.set_lead_qualification': leadQualification,
  'pipeline.enable_lead_qualification': z.object({}),
  'pipeline.disable_lead_qualification': z.object({}),
});

/** Any command of a pipeline. */
export type PipelineCommand = CommandsOf<typeof pipelineCommands>;
