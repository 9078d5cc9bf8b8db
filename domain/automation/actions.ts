// What a rule does: each action with its own parameters.
import { z } from 'zod';
import { customKey, customValue } from '../custom-field/commands.ts';
import { id, label } from '../kernel/fields.ts';
import { outreachMessageSchema } from '../outreach/message.ts';

const text = z.string().min(1).max(4096);
const act = <Type extends string, Shape extends z.ZodRawShape>(type: Type, params: Shape) =>
  z.strictObject({ type: z.literal(type), params: z.strictObject(params) });

/** An action with its parameters. */
export const action = z.discriminatedUnion('type', [
  /** On the channel where it happened, unless another is named. */
  act('send_message', { text, channelId: id.optional() }),
  /** A text with {{variables}}, filled in for the contact; `templateName` is what people call it. */
  act('send_template', {
    templateName: label,
    language: z.string().min(2).max(35).optional(),
    content: text.optional(),
    variables: outreachMessageSchema.shape.variables,
    channelId: id.optional(),
  }),
  /** In the automation's pipeline. */
  act('change_pipeline_status', { statusId: id }),
  act('assign_agent', { agentId: id }),
  /** A note to follow up, for the agent of the session unless another is named. */
  act('create_task', {
    title: label,
    agentId: id.optional(),
    dueInMinutes: z.number().int().min(1).max(525_600).optional(),
  }),
  act('add_tag', { tag: label }),
  act('remove_tag', { tag: label }),
  act('update_custom_field', { key: customKey, value: customValue }),
  act('create_note', { text }),
  /** To a subscription that is there, never to any address. */
  act('send_webhook', { subscriptionId: id }),
  /** Puts the contact into it; one that is in it already stays. */
  act('trigger_workflow', { workflow: z.enum(['sequence', 'campaign']), workflowId: id }),
  /** A note that matters, for the agent of the session unless another is named. */
  act('notify_agent', { text, agentId: id.optional() }),
]);

/** An action with its parameters. */
export type Action = z.infer<typeof action>;
