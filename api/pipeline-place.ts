// Looks up where a contact is to stand in a pipeline: that both are there, belong together and take contacts. The one place that reads pipelines for contacts.
import { and, eq, isNull } from 'drizzle-orm';
import { requireReferences } from '../db/references.ts';
import { contacts } from '../db/schema/contacts.ts';
import { pipelineStatuses, pipelines } from '../db/schema/pipelines.ts';
import { violated } from '../domain/kernel/errors.ts';
import type { WriteContext } from './call-context.ts';

/** What a request names; no status: the first one of the pipeline that is active. */
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
  const statuses = await tx.db
    .select({ id: pipelineStatuses.id, name: pipelineStatuses.name, active: pipelineStatuses.active })
    .from(pipelineStatuses)
    .where(and(eq(pipelineStatuses.tenantId, String(tx.tenantId)), ofPipeline));
  const isActive = (id: string): boolean => statuses.some((status) => status.id === id && status.active);
  const inOrder = (pipeline?.statusIds ?? []) as readonly string[];
  const statusId = request.statusId ?? inOrder.find(isActive);
  if (statusId === undefined)
    throw violated(
      'pipeline_without_statuses',
      'The pipeline has no active status to stand at: add or activate one first.',
    );
  const status = statuses.find(({ id }) => id === statusId);
  if (!status) throw violated('status_removed', 'The status was removed from the pipeline meanwhile: choose another.');
  if (!status.active)
    throw violated('status_inactive', 'The status lets nobody in: activate it first, or choose another.');
  return { pipelineId, statusId, statusName: status.name };
}
