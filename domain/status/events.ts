// The events of a pipeline's status.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { id, json, label } from '../kernel/fields.ts';
import { pipelineFields, statusTypes } from '../pipeline/fields.ts';

const status = { statusId: id, pipelineId: id };
const someStatus = {
  statusId: '018f5a10-0000-7000-8000-00000000000d',
  pipelineId: '018f5a10-0000-7000-8000-00000000000c',
};

export const statusEvents = defineEvents('status', {
  'status.created': event({
    version: 1,
    summary: 'A status of a pipeline was made; it takes contacts at once.',
    data: z.object({
      ...status,
      name: label,
      statusType: z.enum(statusTypes),
      description: pipelineFields.description.optional(),
      color: pipelineFields.color.optional(),
    }),
    webhooks: ['pipeline.status_created'],
    example: { ...someStatus, name: 'Negotiating', statusType: 'open' },
  }),
  'status.updated': event({
    version: 1,
    summary: 'One field of the status was changed: its name, type, description or colour, or when it was removed.',
    data: z.object({ ...status, field: label, oldValue: json, newValue: json }),
    webhooks: ['pipeline.status_updated'],
    example: { ...someStatus, field: 'name', oldValue: 'Negotiating', newValue: 'In negotiation' },
  }),
  'status.activated': event({
    version: 1,
    summary: 'The status takes contacts again.',
    data: z.object(status),
    webhooks: ['pipeline.status_activated'],
    example: someStatus,
  }),
  'status.deactivated': event({
    version: 1,
    summary: 'The status takes no further contacts; those in it stay.',
    data: z.object(status),
    webhooks: ['pipeline.status_deactivated'],
    example: someStatus,
  }),
});

/** Any event of a status. */
export type StatusEvent = EventsOf<typeof statusEvents>;
