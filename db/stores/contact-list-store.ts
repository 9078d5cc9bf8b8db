// The tables of contact lists and of the contacts' places in them. Nothing in them is personal: filter rules can't hold what is sealed.
import type { ContactList } from '../../domain/contact-list/contact-list.ts';
import type { ContactListMember } from '../../domain/contact-list-member/contact-list-member.ts';
import { contactListMembers, contactLists } from '../schema/contact-lists.ts';
import { defineStore } from '../state-store.ts';

export const contactListStore = defineStore<ContactList>({
  table: contactLists,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'plain',
    description: 'plain',
    isStatic: 'plain',
    logicalOperator: 'plain',
    filterRules: 'json',
    lastRecalculation: 'json',
    createdAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    contact_lists_name: {
      rule: 'contact_list_name_taken',
      message: 'Another contact list of the project has this name: choose another one.',
    },
  },
});

export const contactListMemberStore = defineStore<ContactListMember>({
  table: contactListMembers,
  columns: {
    id: 'plain',
    projectId: 'plain',
    listId: 'plain',
    contactId: 'plain',
    addedAt: 'time',
    removedAt: 'time',
    createdAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: {},
});
