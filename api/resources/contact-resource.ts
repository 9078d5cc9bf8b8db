// The contact as the API shows it: what all routes of contacts share.
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { ofTenant } from '../../db/queries/conditions.ts';
import { contacts } from '../../db/schema/contacts.ts';
import type { WriteContext } from '../call-context.ts';
import { found } from '../define-route.ts';
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

/** Throws not_found for a contact that is not there: said before anything that the body refers to is looked at. Gives its project. */
export async function requireContact({ tx }: Pick<WriteContext, 'tx'>, id: string): Promise<{ projectId: string }> {
  const isIt = and(ofTenant(tx, contacts), eq(contacts.id, id), isNull(contacts.deletedAt));
  const { projectId } = contacts;
  return found((await tx.db.select({ projectId }).from(contacts).where(isIt))[0], 'contact');
}
