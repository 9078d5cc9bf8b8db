// What can be asked of a rule's run: one schema per command.
import { z } from 'zod';
import { action } from '../automation/actions.ts';
import { maxChain } from '../automation/evaluate.ts';
import { triggerTypes } from '../automation/triggers.ts';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, reason } from '../kernel/fields.ts';

export const automationRunCommands = defineCommands({
  /** `actions` as they are at this moment: a change of the rule does not change its runs. `chain`: the rules that led to the event. */
  'automation_run.start': z.object({
    runId: id,
    automationId: id,
    ruleId: id,
    projectId: id,
    contactId: id.optional(),
    sessionId: id.optional(),
    channelId: id.optional(),
    triggerType: z.enum(triggerTypes),
    triggeringEventId: id,
    actions: z.array(action).min(1).max(10),
    chain: z.array(id).max(maxChain),
  }),
  'automation_run.complete': z.object({}),
  /** `action`: the name of the action that was refused. */
  'automation_run.fail': z.object({ action: z.string().min(1).max(200), reason }),
});

/** Any command of a rule's run. */
export type AutomationRunCommand = CommandsOf<typeof automationRunCommands>;
