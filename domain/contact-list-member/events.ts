// The events of a contact's place in a list, told in the list's name.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { id } from '../kernel/fields.ts';

const place = z.object({ listId: id, contactId: id });
const example = {
  listId: '018f5a10-0000-7000-8000-00000000000f',
  contactId: '018f5a10-0000-7000-8000-000000000001',
};

export const contactListMemberEvents = defineEvents(
  'contact_list_member',
  {
    'contact_list.contact_added': event({
      version: 1,
      summary: 'A contact came into a list.',
      data: place,
      webhooks: ['contact_list.contact_added'],
      example,
    }),
    'contact_list.contact_removed': event({
      version: 1,
      summary: 'A contact is in a list no longer.',
      data: place,
      webhooks: ['contact_list.contact_removed'],
      example,
    }),
  },
  { family: 'contact_list' },
);

/** Any event of a contact's place in a list. */
export type ContactListMemberEvent = EventsOf<typeof contactListMemberEvents>;
