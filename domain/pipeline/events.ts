// The events of a pipeline. Its statuses have events of their own; what stands here is which of them it has, and in which order.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, json, label, tenantId } from '../kernel/fields.ts';
import { pipelineFields, statusTypes } from './fields.ts';
import { leadQualification } from './lead-qualification.ts';

const pipelineId = id;
const somePipeline = '018f5a10-0000-7000-8000-00000000000c';
const someStatus = '018f5a10-0000-7000-8000-00000000000d';

export const pipelineEvents = defineEvents('pipeline', {
  'pipeline.created': event({
    version: 1,
    summary: 'A pipeline was set up, without statuses yet.',
    data: z.object({
      pipelineId,
      projectId: id,
      tenantId,
      name: label,
      description: pipelineFields.description.optional(),
      color: pipelineFields.color.optional(),
      createdAt: at.optional(),
    }),
    webhooks: ['pipeline.created'],
    example: {
      pipelineId: somePipeline,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      name: 'Sales',
      createdAt: '2026-01-31T12:00:00.000Z',
    },
  }),
  'pipeline.activated': event({
    version: 1,
    summary: 'The pipeline takes contacts again.',
    data: z.object({ pipelineId }),
    webhooks: ['pipeline.activated'],
    example: { pipelineId: somePipeline },
  }),
  'pipeline.deactivated': event({
    version: 1,
    summary: 'The pipeline takes no further contacts; those in it stay.',
    data: z.object({ pipelineId }),
    webhooks: ['pipeline.deactivated'],
    example: { pipelineId: somePipeline },
  }),
  'pipeline.updated': event({
    version: 1,
    summary: 'One field of the pipeline was changed: its name, description, colour or the order of its statuses.',
    data: z.object({ pipelineId, field: label, oldValue: json, newValue: json }),
    webhooks: ['pipeline.updated'],
    example: { pipelineId: somePipeline, field: 'name', oldValue: 'Sales', newValue: 'Sales Brazil' },
  }),
  'pipeline.status_added': event({
    version: 1,
    summary: 'The pipeline got a further status, after the others.',
    data: z.object({ pipelineId, statusId: id, statusName: label, statusType: z.enum(statusTypes) }),
    webhooks: ['pipeline.status_added'],
    example: { pipelineId: somePipeline, statusId: someStatus, statusName: 'Negotiating', statusType: 'open' },
  }),
  'pipeline.status_removed': event({
    version: 1,
    summary: 'A status was taken out of the pipeline for good.',
    data: z.object({ pipelineId, statusId: id, statusName: label }),
    webhooks: ['pipeline.status_removed'],
    example: { pipelineId: somePipeline, statusId: someStatus, statusName: 'Negotiating' },
  }),
  'pipeline.lead_qualification_enabled': event({
    version: 1,
    summary: 'Contacts that enter the pipeline are qualified from now on.',
    data: z.object({ pipelineId }),
    webhooks: ['pipeline.lead_qualification_enabled'],
    example: { pipelineId: somePipeline },
  }),
  'pipeline.lead_qualification_disabled': event({
    version: 1,
    summary: 'Contacts that enter the pipeline are no longer qualified.',
    data: z.object({ pipelineId }),
    webhooks: ['pipeline.lead_qualification_disabled'],
    example: { pipelineId: somePipeline },
  }),
  'pipeline.lead_qualification_config_updated': event({
    version: 1,
    summary: 'By what contacts are qualified was set anew.',
    data: z.object({ pipelineId, config: leadQualification }),
    webhooks: ['pipeline.lead_qualification_config_updated'],
    example: {
      pipelineId: somePipeline,
      config: {
        criteria: [{ key: 'budget', question: 'Does the contact name a budget?', points: 60 }],
        minimumScore: 60,
        statusId: someStatus,
      },
    },
  }),
});

/** Any event of a pipeline. */
export type PipelineEvent = EventsOf<typeof pipelineEvents>;
