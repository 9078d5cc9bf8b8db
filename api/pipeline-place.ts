// Looks up where a contact is to stand in a pipeline: that both are there, belong together and take contacts. The one place that reads pipelines for contacts.
import { and, eq, isNull } from 'drizzle-orm';
import { requireReferences } from '../db/references.ts';
import { contacts } from '../db/schema/contacts.ts';
import { pipelineStatuses, pipelines } from '../db/schema/pipelines.ts';
import { violated } from '../domain/kernel/errors.ts';
import type { WriteContext } from './call-context.ts';

/** What a request names; no status: the pipeline's first one. */
export type PlaceRequest = {
  readonly pipelineId: string;
  readonly statusId?: string | undefined;
  /** The contact is not in the pipeline yet. */
  readonly isNew?: boolean;
};

/** The status with its name, for the command; held, so that it is not removed meanwhile. An inactive pipeline only keeps the contacts it has. */
export async function placeIn({ tx }: Pick<WriteContext, 'tx'>, contactId: string, request: PlaceRequest) {
  const { pipelineId } = request;
  const ofPipeline = and(eq(pipelineStatuses.pipelineId, pipelineId), isNull(pipelineStatuses.removedAt));
  await requireReferences(tx, [
    { path: 'body.pipelineId', name: 'pipeline', table: pipelines, ids: pipelineId },
    {
      path: 'body.statusId',
      name: 'status of this pipeline',
      table: pipelineStatuses,
      ids: request.statusId,
      only: ofPipeline,
    },
  ]);
  const [pipeline] = await tx.db
    .select({ projectId: pipelines.projectId, active: pipelines.active, statusIds: pipelines.statusIds })
    .from(pipelines)
    .where(and(eq(pipelines.tenantId, String(tx.tenantId)), eq(pipelines.id, pipelineId)))
    .for('share');
  const [contact] = await tx.db
    .select({ projectId: contacts.projectId })
    .from(contacts)
    .where(and(eq(contacts.tenantId, String(tx.tenantId)), eq(contacts.id, contactId)));
  if (contact && contact.projectId !== pipeline?.projectId)
    throw violated('other_project', 'The pipeline belongs to another project than the contact.');
  if (request.isNew && !pipeline?.active)
    throw violated('pipeline_inactive', 'The pipeline takes no contacts: activate it first.');
  const statusId = request.statusId ?? (pipeline?.statusIds as readonly string[] | undefined)?.[0];
  if (statusId === undefined)
    throw violated('pipeline_without_statuses', 'The pipeline has no status to stand at: add one first.');
  const [status] = await tx.db
    .select({ name: pipelineStatuses.name })
    .from(pipelineStatuses)
    .where(and(eq(pipelineStatuses.tenantId, String(tx.tenantId)), eq(pipelineStatuses.id, statusId), ofPipeline));
  if (!status) throw violated('status_removed', 'The status was removed from the pipeline meanwhile: choose another.');
  return { pipelineId, statusId, statusName: status.name };
}
