// What can be asked of a user: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

const name = pii(label);
const email = pii(z.email().max(320));

export const userCommands = defineCommands({
  /** That an e-mail is one user's is guarded by the table's unique index. */
  'user.create': z.object({ userId: id, tenantId, name, email }),
  'user.update': z.object({ name: name.optional(), email: email.optional() }),
  'user.delete': z.object({}),
});

/** Any command of a user. */
export type UserCommand = CommandsOf<typeof userCommands>;
