// The user's table: name and address sealed by a key of the user's own, the address found by its blind index.
import type { User } from '../../domain/user/user.ts';
import { users } from '../schema/users.ts';
import { defineStore } from '../state-store.ts';

/** What a user's address is found by, whatever its case. */
export const userEmail = (email: string) => ({ field: 'user.email', value: email.toLowerCase() });

export const userStore = defineStore<User>({
  table: users,
  columns: { id: 'plain', name: 'sealed', email: 'sealed', createdAt: 'time', deletedAt: 'time' },
  subject: (state) => state.id,
  erased: { name: '', email: '' },
  blind: (state) => ({ email_index: userEmail(state.email) }),
  unique: {
    users_email: { rule: 'email_taken', message: 'Another user has this e-mail address: change that user instead.' },
  },
});
