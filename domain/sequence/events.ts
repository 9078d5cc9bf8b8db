// The events of a sequence: messages one after the other, each some time after the one before. Who is in it is told by its enrolments.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { duration, id, label, tenantId } from '../kernel/fields.ts';

/** What can put contacts into a sequence. */
export const sequenceTriggers = ['manual', 'tag_added', 'list_joined', 'form_submit', 'pipeline_entered'] as const;
/** What a step sends. */
export const sequenceStepTypes = ['text', 'template', 'media'] as const;

const sequenceId = id;
const someSequence = '018f5a10-0000-7000-8000-0000000000a0';
const only = { sequenceId: someSequence };

export const sequenceEvents = defineEvents('sequence', {
  'sequence.created': event({
    version: 1,
    summary: 'A sequence was drafted.',
    data: z.object({
      sequenceId,
      tenantId,
      name: label,
      projectId: id.optional(),
      description: z.string().optional(),
      trigger: z.enum(sequenceTriggers).optional(),
      exitOnReply: z.boolean().optional(),
      reEntry: z.boolean().optional(),
    }),
    webhooks: ['sequence.created'],
    example: { ...only, tenantId: 'demo', name: 'Welcome', trigger: 'tag_added', exitOnReply: true },
  }),
  'sequence.activated': event({
    version: 1,
    summary: 'The sequence takes contacts in from now on.',
    data: z.object({ sequenceId }),
    webhooks: ['sequence.activated'],
    example: only,
  }),
  'sequence.paused': event({
    version: 1,
    summary: 'The sequence takes nobody in and sends nothing for now.',
    data: z.object({ sequenceId }),
    webhooks: ['sequence.paused'],
    example: only,
  }),
  'sequence.resumed': event({
    version: 1,
    summary: 'The sequence goes on after a pause.',
    data: z.object({ sequenceId }),
    webhooks: ['sequence.resumed'],
    example: only,
  }),
  'sequence.archived': event({
    version: 1,
    summary: 'The sequence was put away for good; whoever was still in it leaves it.',
    data: z.object({ sequenceId }),
    webhooks: ['sequence.archived'],
    example: only,
  }),
  'sequence.step_added': event({
    version: 1,
    summary:
      'A step was put in at `order`; with `removed` it was taken out there. A moved step is taken out and put in.',
    data: z.object({
      sequenceId,
      stepId: id,
      stepType: z.enum(sequenceStepTypes),
      order: z.number().int().min(1),
      delayDuration: duration,
    }),
    webhooks: [],
    example: {
      ...only,
      stepId: '018f5a10-0000-7000-8000-0000000000a1',
      stepType: 'template',
      order: 1,
      delayDuration: 'PT2H',
    },
  }),
});

/** Any event of a sequence. */
export type SequenceEvent = EventsOf<typeof sequenceEvents>;
