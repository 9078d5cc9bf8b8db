// An automation as it is read, its runs, and why its rules fired or not.
import { z } from '@hono/zod-openapi';
import { action } from '../../domain/automation/actions.ts';
import { rule } from '../../domain/automation/commands.ts';
import { condition } from '../../domain/automation/conditions.ts';
import { type Reason, reasons } from '../../domain/automation/evaluate.ts';
import { trigger, triggerTypes } from '../../domain/automation/triggers.ts';
import { moment, sequence, uuid } from './common.ts';

/** An automation. */
export const automationSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    pipelineId: uuid,
    name: z.string(),
    enabled: z.boolean(),
    trigger,
    rules: z.array(rule),
    enabledAt: moment.nullable(),
    disabledAt: moment.nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('Automation');

/** What `status` of a run can be. */
export const runStatus = z.enum(['triggered', 'executed', 'failed']);

/** A rule's run. */
export const automationRunSchema = z
  .object({
    id: uuid,
    automationId: uuid,
    ruleId: uuid,
    contactId: uuid.nullable(),
    sessionId: uuid.nullable(),
    triggerType: z.enum(triggerTypes),
    triggeringEventId: uuid,
    status: runStatus,
    actions: z.array(action),
    chain: z.array(uuid).openapi({ description: 'The rules whose actions led to the event, the latest first.' }),
    failedAction: z.string().nullable(),
    failureReason: z.string().nullable(),
    executedAt: moment.nullable(),
    failedAt: moment.nullable(),
    createdAt: moment,
    sequence,
  })
  .openapi('AutomationRun');

/** A waiting of an automation whose trigger waits for time. */
export const automationWaitSchema = z
  .object({
    id: uuid.openapi({ description: 'Also the correlation id of its saga.' }),
    automationId: uuid,
    eventId: uuid.openapi({ description: 'The event that began it.' }),
    contactId: uuid.nullable(),
    sessionId: uuid.nullable(),
    channelId: uuid.nullable(),
    beganAt: moment,
    dueAt: moment,
    endedAt: moment.nullable(),
    outcome: z.string().nullable().openapi({
      description: '`fired`, or why not (a reason as in `/explain`), or why it was given up; null: it waits.',
    }),
  })
  .openapi('AutomationWait');

const outcome = z.object({
  ...condition.shape,
  met: z.boolean(),
  actual: z
    .union([z.string(), z.number(), z.array(z.string())])
    .nullable()
    .optional()
    .openapi({ description: 'What was found; left out where it is personal.' }),
});

/** Why each rule fired or not. */
export const explanationSchema = z
  .object({
    automationId: uuid,
    eventId: uuid,
    waitsUntil: moment.nullable().openapi({ description: 'The event has set it waiting: until then.' }),
    recorded: z.boolean().openapi({
      description:
        'As it was decided when the event came; false: the event was not evaluated then, this is how it would be now.',
    }),
    rules: z.array(
      z.object({
        ruleId: uuid,
        ruleName: z.string().nullable().openapi({ description: 'Null: the rule is no more.' }),
        fires: z.boolean(),
        reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]),
        explanation: z.string(),
        conditions: z.array(outcome),
        runId: uuid.nullable(),
      }),
    ),
  })
  .openapi('AutomationExplanation');
