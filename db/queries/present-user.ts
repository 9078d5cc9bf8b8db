// A reference to a user who is still there.
import { isNull } from 'drizzle-orm';
import type { Reference } from '../references.ts';
import { users } from '../schema/users.ts';

/** `path` is the field's place in the request; no id, nothing to check. */
export function presentUser(path: string, userId: string | undefined): Reference {
  return { path, name: 'user', table: users, ids: userId, only: isNull(users.deletedAt) };
}
