// The contact as the API shows it: what all routes of contacts share.
import { isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { contacts } from '../../db/schema/contacts.ts';
import { resource } from '../resource.ts';
import { contactSchema } from '../schemas/contact.ts';

/** Builders of contacts' routes. A merged contact can be read: it says into which one. */
export const contactResource = resource({
  definition: aggregates.contact,
  name: 'contact',
  schemaName: 'Contact',
  path: '/v1/contacts',
  tag: 'contacts',
  schema: contactSchema,
  hidden: isNull(contacts.deletedAt),
});
