// A contact's place in a list: there since, or gone since. Of its own, so that a large list is not one hot row. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { violated } from '../kernel/errors.ts';
import type { ContactListMemberCommand } from './commands.ts';
import type { ContactListMemberEvent } from './events.ts';

/** A place's state; `removedAt` set: the contact is in the list no longer. Times are ISO 8601. */
export type ContactListMember = {
  readonly id: string;
  readonly projectId: string;
  readonly listId: string;
  readonly contactId: string;
  readonly addedAt: string | null;
  readonly removedAt: string | null;
  readonly createdAt: string | null;
};

export const contactListMember = defineAggregate<ContactListMember, ContactListMemberCommand, ContactListMemberEvent>({
  aggregate: 'contact_list_member',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    listId: '',
    contactId: '',
    addedAt: null,
    removedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

const isIn = ({ addedAt, removedAt }: ContactListMember): boolean => addedAt !== null && removedAt === null;

function decide(command: ContactListMemberCommand, state: ContactListMember): ContactListMemberEvent[] {
  if (command.type === 'contact_list_member.remove') {
    const { listId, contactId } = state;
    return isIn(state) ? [{ type: 'contact_list.contact_removed', data: { listId, contactId } }] : [];
  }
  const { listId, contactId } = command.data;
  if (state.createdAt !== null && (state.listId !== listId || state.contactId !== contactId))
    throw violated('other_place', 'This place is another contact’s or in another list: it has an id of its own.');
  return isIn(state) ? [] : [{ type: 'contact_list.contact_added', data: { listId, contactId } }];
}

function evolve(
  state: ContactListMember,
  event: ContactListMemberEvent,
  command: ContactListMemberCommand,
): ContactListMember {
  if (event.type === 'contact_list.contact_removed') return { ...state, removedAt: command.at };
  const { memberId: id, projectId } =
    command.type === 'contact_list_member.add' ? command.data : { memberId: state.id, projectId: state.projectId };
  const createdAt = state.createdAt ?? command.at;
  return { ...state, ...event.data, id, projectId, createdAt, addedAt: command.at, removedAt: null };
}
