// What can be asked of a sequence: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { givenId, id, label, tenantId } from '../kernel/fields.ts';
import { conditionSchema } from '../outreach/condition.ts';
import { delaySchema } from '../outreach/delay.ts';
import { outreachMessageSchema } from '../outreach/message.ts';

/** What puts contacts into the sequence, with what it looks at. */
export const sequenceTriggerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('manual') }),
  z.object({ type: z.literal('tag_added'), tag: label }),
  z.object({ type: z.literal('list_joined'), listId: givenId }),
  z.object({ type: z.literal('form_submit'), formId: label }),
  z.object({ type: z.literal('pipeline_entered'), pipelineId: givenId }),
]);
/** A trigger. */
export type SequenceTrigger = z.infer<typeof sequenceTriggerSchema>;

/** A step: this long after the one before, if all conditions hold by then, the message goes out; if not, the step is passed over. */
export const sequenceStepSchema = z.object({
  stepId: givenId,
  delay: delaySchema,
  conditions: z.array(conditionSchema).max(10),
  message: outreachMessageSchema,
});

const order = z.number().int().min(1).max(50);
const about = {
  name: label,
  description: z.string().max(2000).optional(),
  /** Through which it sends; left out: the one on which the contact was last in touch. */
  channelId: id.optional(),
  trigger: sequenceTriggerSchema,
  /** Whether a contact who answers leaves the sequence. */
  exitOnReply: z.boolean(),
  /** Whether a contact who was in it before may enter again. */
  reEntry: z.boolean(),
};

export const sequenceCommands = defineCommands({
  'sequence.create': z.object({ sequenceId: id, projectId: id, tenantId, ...about }),
  /** Changes a draft; what is left out stays. */
  'sequence.update': z.object(about).partial(),
  /** Puts a step in at `order`, counted from 1; left out: at the end. */
  'sequence.add_step': sequenceStepSchema.extend({ order: order.optional() }),
  'sequence.remove_step': z.object({ stepId: id }),
  'sequence.move_step': z.object({ stepId: id, order }),
  'sequence.activate': z.object({}),
  'sequence.pause': z.object({}),
  'sequence.resume': z.object({}),
  'sequence.archive': z.object({}),
});

/** Any command of a sequence. */
export type SequenceCommand = CommandsOf<typeof sequenceCommands>;
