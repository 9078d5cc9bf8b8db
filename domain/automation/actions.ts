// What a rule does: each action with its own parameters.
import { z } from 'zod';
import { id, label } from '../kernel/fields.ts';

const text = z.string().min(1).max(4096);
const key = z.string().min(1).max(100);
const act = <Type extends string, Shape extends z.ZodRawShape>(type: Type, params: Shape) =>
  z.strictObject({ type: z.literal(type), params: z.strictObject(params) });

/** An action with its parameters. */
export const action = z.discriminatedUnion('type', [
  /** On the channel where it happened, unless another is named. */
  act('send_message', { text, channelId: id.optional() }),
  act('send_template', { templateName: label, language: z.string().min(2).max(35).optional() }),
  /** In the automation's pipeline. */
  act('change_pipeline_status', { statusId: id }),
  act('assign_agent', { agentId: id }),
  act('create_task', {
    title: label,
    agentId: id.optional(),
    dueInMinutes: z.number().int().min(1).max(525_600).optional(),
  }),
  act('add_tag', { tag: label }),
  act('remove_tag', { tag: label }),
  act('update_custom_field', { key, value: z.union([z.string().max(1000), z.number(), z.boolean()]) }),
  act('create_note', { text }),
  /** To a subscription that is there, never to any address. */
  act('send_webhook', { subscriptionId: id }),
  act('trigger_workflow', { workflow: z.enum(['sequence', 'campaign']), workflowId: id }),
  act('notify_agent', { text, agentId: id.optional() }),
]);

/** An action with its parameters. */
export type Action = z.infer<typeof action>;
/** The name of an action. */
export type ActionType = Action['type'];

/** The actions that something carries out; the others can be written down, and an automation with one of them can't be enabled yet. */
export const availableActions: readonly ActionType[] = [
  'send_message',
  'change_pipeline_status',
  'assign_agent',
  'add_tag',
  'remove_tag',
];
