// What a condition of a campaign or sequence refers to: a pipeline and one of its statuses, or a custom field.
import { and, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import type { conditionSchema } from '../../domain/outreach/condition.ts';
import type { NamedField } from '../custom-fields.ts';
import type { Reference } from '../references.ts';
import { pipelineStatuses, pipelines } from '../schema/pipelines.ts';

type Condition = z.infer<typeof conditionSchema>;

/** The custom field that it asks for. */
export function conditionFields(path: string, condition: Condition): NamedField[] {
  return condition.type === 'custom_field' ? [{ path: `${path}.field`, key: condition.field }] : [];
}

/** `path` is the condition's place in the request. */
export function conditionReferences(path: string, projectId: string, condition: Condition): Reference[] {
  if (condition.type !== 'pipeline_status') return [];
  const { pipelineId, statusId } = condition;
  const ofProject = eq(pipelines.projectId, projectId);
  const ofPipeline = and(eq(pipelineStatuses.pipelineId, pipelineId), isNull(pipelineStatuses.removedAt));
  const status = { path: `${path}.statusId`, name: 'status of this pipeline', table: pipelineStatuses, ids: statusId };
  return [
    { path: `${path}.pipelineId`, name: 'pipeline', table: pipelines, ids: pipelineId, only: ofProject },
    { ...status, only: ofPipeline },
  ];
}
