// What can be asked of a session policy: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id } from '../kernel/fields.ts';

const seconds = z.number().int().min(1).max(31_536_000).nullable().optional();
const terms = {
  inactivitySeconds: seconds,
  abandonSeconds: seconds,
  escalateSeconds: seconds,
  reassignSeconds: seconds,
  autoAssign: z.boolean().optional(),
};

export const sessionPolicyCommands = defineCommands({
  /** For a project, or for one of its channels, whose policy then holds in place of the project's. What is left out stays as it usually is. */
  'session_policy.create': z.object({ sessionPolicyId: id, projectId: id, channelId: id.optional(), ...terms }),
  /** Changes what is given. Sessions that are active follow it from their next look at it, within the hour. */
  'session_policy.update': z.object(terms),
  'session_policy.delete': z.object({}),
});

/** Any command of a session policy. */
export type SessionPolicyCommand = CommandsOf<typeof sessionPolicyCommands>;
