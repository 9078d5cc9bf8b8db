// What can be asked of an automation: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label } from '../kernel/fields.ts';
import { action } from './actions.ts';
import { condition } from './conditions.ts';
import { trigger } from './triggers.ts';

/** A rule: what it does when all (or any) of its conditions are met; without conditions always. */
export const rule = z.strictObject({
  ruleId: id,
  name: label,
  match: z.enum(['all', 'any']).default('all'),
  conditions: z.array(condition).max(20).default([]),
  actions: z.array(action).min(1).max(10),
});
const rules = z
  .array(rule)
  .max(20)
  .refine((all) => new Set(all.map(({ ruleId }) => ruleId)).size === all.length, {
    message: 'must not have two rules with the same ruleId',
  });

export const automationCommands = defineCommands({
  'automation.create': z.object({ automationId: id, projectId: id, pipelineId: id, name: label, trigger, rules }),
  /** Changes what is given; of an enabled automation at once. */
  'automation.update': z.object({ name: label.optional(), trigger: trigger.optional(), rules: rules.optional() }),
  'automation.enable': z.object({}),
  'automation.disable': z.object({}),
});

/** Any command of an automation. */
export type AutomationCommand = CommandsOf<typeof automationCommands>;
/** A rule of an automation. */
export type Rule = z.infer<typeof rule>;
