// Contacts: who writes, how they are recognised, what is known of them. Personal fields are opened on read.
import { z } from '@hono/zod-openapi';
import { and, isNull, type SQL, sql } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { requireCustomValues } from '../../db/custom-fields.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { contactPlaces, contacts } from '../../db/schema/contacts.ts';
import { contactCommands } from '../../domain/contact/commands.ts';
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import { label } from '../../domain/kernel/fields.ts';
import type { Route } from '../define-route.ts';
import { leaveEverything } from '../leave-everything.ts';
import { holdContacts } from '../merge-contacts.ts';
import { requireOwnIdentity } from '../own-identity.ts';
import { commandRoutes } from '../routes.ts';
import { flag, idParams, uuid } from '../schemas/common.ts';
import { contactResource, requireContact } from './contact-resource.ts';

const { create, list, read, changes, verb } = contactResource;
const creation = contactCommands['contact.create'];
const update = contactCommands['contact.update'].omit({ changedBy: true, profilePicture: true });
const receive = contactCommands['contact.receive_profile_picture'];
const setCustom = contactCommands['contact.set_custom_fields'];

/** Contacts that stand in the pipeline, or at the status. */
function standing(query: { readonly pipelineId?: string | undefined; readonly statusId?: string | undefined }) {
  const { pipelineId, statusId } = query;
  if (pipelineId === undefined && statusId === undefined) return undefined;
  const place = contactPlaces;
  const isIt = and(equal(place.pipelineId, pipelineId), equal(place.statusId, statusId));
  return sql`exists (select from ${place} where ${place.tenantId} = ${contacts.tenantId} and ${place.contactId} = ${contacts.id} and ${isIt})`;
}

export const contactRoutes: readonly Route[] = [
  create('contact.create', commandRoutes['contact.create'], {
    operationId: 'createContact',
    summary: 'Creates a contact',
    idName: 'contactId',
    body: z.strictObject({
      projectId: uuid,
      name: creation.shape.name,
      givenName: creation.shape.givenName.meta({ description: 'Told to integrators with `contact.created`.' }),
      familyName: creation.shape.familyName.meta({ description: 'Likewise.' }),
      phone: creation.shape.phone,
      email: creation.shape.email,
      language: creation.shape.language,
      timezone: creation.shape.timezone,
      tags: z.array(label).max(50).optional(),
    }),
    after: ({ state }, _body, context) => requireOwnIdentity(context, state, 'phone'),
  }),
  list(
    {
      projectId: uuid.optional(),
      phone: z.string().min(5).max(32).optional(),
      email: z.string().min(3).max(320).optional(),
      tag: label.optional(),
      pipelineId: uuid.optional(),
      statusId: uuid.optional(),
      optedOut: flag.optional(),
      anonymized: flag.optional(),
    },
    async (query, keys) => {
      const index = async (field: string, value: string | undefined) =>
        value === undefined ? undefined : keys.blindIndex(field, value);
      const either = (value: string | undefined, isSo: SQL) =>
        value === undefined ? undefined : value === 'true' ? isSo : sql`not (${isSo})`;
      return and(
        isNull(contacts.deletedAt),
        isNull(contacts.mergedInto),
        equal(contacts.projectId, query.projectId),
        equal(contacts.phoneIndex, await index('contact.phone', query.phone && phoneIdentityKey(query.phone))),
        equal(contacts.emailIndex, await index('contact.email', query.email?.toLowerCase())),
        query.tag === undefined ? undefined : sql`${contacts.tags} @> ${JSON.stringify([query.tag])}::jsonb`,
        standing(query),
        either(query.optedOut, sql`${contacts.optOuts} <> '[]'::jsonb`),
        either(query.anonymized, sql`${contacts.anonymizedAt} is not null`),
      );
    },
    'A phone number is found in all ways of writing it, an e-mail address whatever its case. `optedOut`: of any channel or of all. Merged contacts show under the one they were merged into.',
  ),
  read(),
  changes(),
  verb('contact.update', commandRoutes['contact.update'], {
    operationId: 'updateContact',
    summary: 'Changes fields of a contact; those left out stay, null empties one',
    description:
      'A contact always has a name. Without a phone number, and without an outside id, who writes next is a new contact.',
    body: update.extend({ profilePictureUrl: receive.shape.profilePictureUrl.nullable().optional() }).strict(),
    data: ({ body: { profilePictureUrl, ...fields } }, { caller }) => {
      if (profilePictureUrl === undefined) return { ...fields, changedBy: caller.id };
      const profilePicture = profilePictureUrl && { tenantId: caller.tenantId, profilePictureUrl };
      return { ...fields, profilePicture, changedBy: caller.id };
    },
    after: async ({ body }, context, { state }) => {
      if (body.phone !== undefined) await requireOwnIdentity(context, state, 'phone');
    },
  }),
  verb('contact.delete', commandRoutes['contact.delete'], {
    operationId: 'deleteContact',
    summary: 'Deletes a contact; what happened stays in the log',
    description: 'Its open sessions are ended, and it leaves the campaigns and sequences it is in.',
    gone: true,
    before: ({ params }, context) => holdContacts(context, [params.id]),
    after: ({ params }, context) => leaveEverything(context, [params.id], 'contact_deleted'),
  }),
  verb('contact.add_tag', commandRoutes['contact.add_tag'], {
    operationId: 'addContactTag',
    summary: 'Adds a tag; one that is there already stays',
    body: z.strictObject({ tag: label }),
  }),
  verb('contact.remove_tag', commandRoutes['contact.remove_tag'], {
    operationId: 'removeContactTag',
    summary: 'Removes a tag; one that is not there is no error',
    params: idParams.extend({ tag: label }),
    data: ({ params }) => ({ tag: params.tag }),
  }),
  verb('contact.clear_tags', commandRoutes['contact.clear_tags'], {
    operationId: 'clearContactTags',
    summary: 'Removes all tags',
  }),
  verb('contact.set_external_id', commandRoutes['contact.set_external_id'], {
    operationId: 'setContactExternalId',
    summary: 'Says under which id another system knows the contact',
    description: 'An id of a source belongs to one contact of a project.',
    body: z.strictObject(contactCommands['contact.set_external_id'].shape),
    after: ({ body }, context, { state }) => requireOwnIdentity(context, state, body),
  }),
  verb('contact.remove_external_id', commandRoutes['contact.remove_external_id'], {
    operationId: 'removeContactExternalId',
    summary: 'Forgets under which id another system knows the contact; one that is not there is no error',
    body: z.strictObject(contactCommands['contact.remove_external_id'].shape),
  }),
  verb('contact.set_source_channel', commandRoutes['contact.set_source_channel'], {
    operationId: 'setContactSourceChannel',
    summary: 'Says through which channel the contact first came',
    body: z.strictObject({ channelId: uuid }),
    before: async ({ params }, context) => void (await requireContact(context, params.id)),
    data: async ({ body: { channelId } }, { tx, deps }) => {
      const channel = { path: 'body.channelId', name: 'channel', table: channels, ids: channelId };
      const isThere = isNull(channels.deletedAt);
      await requireReferences(tx, [{ ...channel, only: isThere }]);
      const view = await readOne(tx, deps.database.keysOf, aggregates.channel.store, channelId);
      return { channelId, sourceChannel: String(view?.type) };
    },
  }),
  verb('contact.set_custom_fields', commandRoutes['contact.set_custom_fields'], {
    operationId: 'setContactCustomFields',
    summary: 'Sets values of custom fields; those left out stay, null takes one away',
    body: z.strictObject({ customFields: setCustom.shape.customFields }),
    before: async ({ params, body }, context) => {
      const { projectId } = await requireContact(context, params.id);
      await requireCustomValues(context.tx, projectId, body.customFields, 'body.customFields');
    },
    data: ({ body }, { caller }) => ({ ...body, changedBy: caller.id }),
  }),
  verb('contact.enrich', commandRoutes['contact.enrich'], {
    operationId: 'enrichContact',
    summary: 'Keeps what an outside source knows of the contact',
    description: 'In place of what the same source told before; at most 10 sources.',
    body: z.strictObject(contactCommands['contact.enrich'].shape),
  }),
];
