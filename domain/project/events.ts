// The events of a project.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { id, label, tenantId } from '../kernel/fields.ts';

export const projectEvents = defineEvents('project', {
  'project.created': event({
    version: 1,
    summary: "A project was set up: a tenant's contacts, channels and messages belong to one each.",
    data: z.object({ projectId: id, userId: id, tenantId, name: label, billingAccountId: id.optional() }),
    webhooks: ['project.created'],
    example: {
      projectId: '018f5a10-0000-7000-8000-000000000003',
      userId: '018f5a10-0000-7000-8000-00000000000c',
      tenantId: 'demo',
      name: 'Shop',
    },
  }),
});

/** Any event of a project. */
export type ProjectEvent = EventsOf<typeof projectEvents>;
