// What can be asked of an enrolment in a sequence: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, reason } from '../kernel/fields.ts';
import { sequenceStepSchema } from '../sequence/commands.ts';
import { sequenceStepTypes } from '../sequence/events.ts';

export const sequenceEnrollmentCommands = defineCommands({
  /** Puts a contact in, with the steps as they are now: what is changed later is for those who enter later. */
  'sequence_enrollment.enroll': z.object({
    enrollmentId: id,
    sequenceId: id,
    projectId: id,
    contactId: id,
    steps: z.array(sequenceStepSchema.extend({ stepType: z.enum(sequenceStepTypes) })).min(1),
    reEntry: z.boolean(),
    exitOnReply: z.boolean(),
  }),
  /** The step was sent, or passed over because a condition did not hold: on to the next one, or done. */
  'sequence_enrollment.advance': z.object({ stepId: id }),
  'sequence_enrollment.pause': z.object({}),
  'sequence_enrollment.resume': z.object({}),
  'sequence_enrollment.exit': z.object({ reason }),
});

/** Any command of an enrolment in a sequence. */
export type SequenceEnrollmentCommand = CommandsOf<typeof sequenceEnrollmentCommands>;
