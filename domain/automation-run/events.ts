// The events of a rule's run: triggered, then executed or failed.
import { z } from 'zod';
import { triggerTypes } from '../automation/triggers.ts';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, count, id, label, map, reason } from '../kernel/fields.ts';

const of = { ruleId: id, automationId: id, contactId: id.optional(), sessionId: id.optional() };
const some = {
  ruleId: '018f5a10-0000-7000-8000-000000000015',
  automationId: '018f5a10-0000-7000-8000-000000000014',
  contactId: '018f5a10-0000-7000-8000-000000000001',
  sessionId: '018f5a10-0000-7000-8000-000000000005',
};
const someTime = '2026-01-31T12:00:00.000Z';

export const automationRunEvents = defineEvents(
  'automation_run',
  {
    'automation_rule.triggered': event({
      version: 1,
      summary:
        'A rule fires: `context` tells the chain of rules that led to the event. Its actions are carried out next.',
      data: z.object({ ...of, triggerType: z.enum(triggerTypes), triggeringEventId: id, context: map }),
      webhooks: [],
      example: {
        ...some,
        triggerType: 'message.received',
        triggeringEventId: '018f5a10-0000-7000-8000-000000000016',
        context: { chain: [] },
      },
    }),
    'automation_rule.executed': event({
      version: 1,
      summary: 'All actions of a run are done.',
      data: z.object({ ...of, actionsCount: count, executedAt: at }),
      webhooks: ['automation_rule.executed'],
      example: { ...some, actionsCount: 2, executedAt: someTime },
    }),
    'automation_rule.failed': event({
      version: 1,
      summary: 'An action of a run was refused; those before it are done, those after it are not.',
      data: z.object({ ...of, action: label, reason, failedAt: at }),
      webhooks: ['automation_rule.failed'],
      example: { ...some, action: 'send_message', reason: 'contact_unreachable', failedAt: someTime },
    }),
  },
  { family: 'automation' },
);

/** Any event of a rule's run. */
export type AutomationRunEvent = EventsOf<typeof automationRunEvents>;
