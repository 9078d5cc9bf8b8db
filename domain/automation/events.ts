// The events of an automation. What its rules do is told by their runs.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { id, label } from '../kernel/fields.ts';
import { triggerTypes } from './triggers.ts';

const automationId = id;
const someAutomation = '018f5a10-0000-7000-8000-000000000014';

export const automationEvents = defineEvents('automation', {
  'automation.created': event({
    version: 1,
    summary: 'An automation was set up for a pipeline; it does nothing until it is enabled.',
    data: z.object({ automationId, pipelineId: id, name: label, trigger: z.enum(triggerTypes) }),
    webhooks: ['automation.created'],
    example: {
      automationId: someAutomation,
      pipelineId: '018f5a10-0000-7000-8000-000000000012',
      name: 'Greet new leads',
      trigger: 'message.received',
    },
  }),
  'automation.enabled': event({
    version: 1,
    summary: 'The automation acts from now on.',
    data: z.object({ automationId }),
    webhooks: ['automation.enabled'],
    example: { automationId: someAutomation },
  }),
  'automation.disabled': event({
    version: 1,
    summary: 'The automation acts no more; runs that have begun go on.',
    data: z.object({ automationId }),
    webhooks: ['automation.disabled'],
    example: { automationId: someAutomation },
  }),
});

/** Any event of an automation. */
export type AutomationEvent = EventsOf<typeof automationEvents>;
