// The contact's table; its look-up tables are kept by contact-lookups.ts.
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { contacts } from '../schema/contacts.ts';
import { defineStore } from '../state-store.ts';

export const contactStore = defineStore<Contact>({
  table: contacts,
  columns: {
    id: 'plain',
    projectId: 'plain',
    name: 'sealed',
    phone: 'sealed',
    phoneVerified: 'plain',
    email: 'sealed',
    externalIds: 'sealed',
    tags: 'json',
    language: 'plain',
    timezone: 'plain',
    channelId: 'plain',
    sourceChannel: 'plain',
    profilePictureUrl: 'sealed',
    enrichments: 'sealed',
    customFields: 'sealed',
    optOuts: 'json',
    pipelines: 'json',
    interactionCount: 'plain',
    lastInteractionAt: 'time',
    mergedInto: 'plain',
    merges: 'sealed',
    createdAt: 'time',
    updatedAt: 'time',
    anonymizedAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {
    name: '',
    phone: null,
    email: null,
    externalIds: [],
    profilePictureUrl: null,
    enrichments: null,
    customFields: null,
    merges: null,
  },
  blind: (state) => ({
    phone_index: state.phone === null ? null : { field: 'contact.phone', value: phoneIdentityKey(state.phone) },
    email_index: state.email === null ? null : { field: 'contact.email', value: state.email.toLowerCase() },
  }),
});
