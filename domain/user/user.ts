// The user: who sets up projects and pays for them. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { UserCommand } from './commands.ts';
import { type UserEvent, userFields } from './events.ts';

/** A user's state. Times are ISO 8601. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

export const user = defineAggregate<User, UserCommand, UserEvent>({
  aggregate: 'user',
  storage: 'state',
  initialState: () => ({ id: '', name: '', email: '', createdAt: null, deletedAt: null }),
  decide,
  evolve,
});

function decide(command: UserCommand, state: User): UserEvent[] {
  if (command.type === 'user.create') {
    if (state.createdAt !== null) throw violated('user_exists', 'A user with this id exists already.');
    return [{ type: 'user.created', data: command.data }];
  }
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such user.');
  const userId = state.id;
  if (command.type === 'user.delete') return [{ type: 'user.deleted', data: { userId, deletedAt: command.at } }];
  const { data } = command;
  const changes = userFields.filter((field) => data[field] !== undefined && data[field] !== state[field]);
  return changes.length === 0 ? [] : [{ type: 'user.updated', data: { userId, changes } }];
}

function evolve(state: User, event: UserEvent, command: UserCommand): User {
  switch (event.type) {
    case 'user.created': {
      const { userId: id, name, email } = event.data;
      return { ...state, id, name, email, createdAt: command.at };
    }
    case 'user.updated': {
      if (command.type !== 'user.update') return state;
      const { name = state.name, email = state.email } = command.data;
      return { ...state, name, email };
    }
    case 'user.deleted':
      return { ...state, deletedAt: event.data.deletedAt };
  }
}
