// Contacts: who writes, how they are recognised, what is known of them. Personal fields are opened on read.
import { z } from '@hono/zod-openapi';
import { and, isNull, type SQL, sql } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { contactPlaces, contacts } from '../../db/schema/contacts.ts';
import { contactCommands } from '../../domain/contact/commands.ts';
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import { label } from '../../domain/kernel/fields.ts';
import { found, type Route, writeRoute } from '../define-route.ts';
import { requireOwnIdentity } from '../own-identity.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, uuid } from '../schemas/common.ts';
import { contactResource, requireContact } from './contact-resource.ts';

const { answer, toAnswer, toCreated, list, read, changes, verb } = contactResource;
const tag = 'contacts';
const create = contactCommands['contact.create'];
const update = contactCommands['contact.update'].omit({ changedBy: true, profilePicture: true });
const receive = contactCommands['contact.receive_profile_picture'];
const flag = z.enum(['true', 'false']);

/** Contacts that stand in the pipeline, or at the status. */
function standing(query: { readonly pipelineId?: string | undefined; readonly statusId?: string | undefined }) {
  const { pipelineId, statusId } = query;
  if (pipelineId === undefined && statusId === undefined) return undefined;
  const place = contactPlaces;
  const isIt = and(equal(place.pipelineId, pipelineId), equal(place.statusId, statusId));
  return sql`exists (select from ${place} where ${place.tenantId} = ${contacts.tenantId} and ${place.contactId} = ${contacts.id} and ${isIt})`;
}

export const contactRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['contact.create'],
    operationId: 'createContact',
    tag,
    summary: 'Creates a contact',
    body: z.strictObject({
      projectId: uuid,
      name: create.shape.name,
      givenName: create.shape.givenName.meta({ description: 'Told to integrators with `contact.created`.' }),
      familyName: create.shape.familyName.meta({ description: 'Likewise.' }),
      phone: create.shape.phone,
      email: create.shape.email,
      language: create.shape.language,
      timezone: create.shape.timezone,
      tags: z.array(label).max(50).optional(),
    }),
    answer: { ...answer, status: 201 },
    handle: async ({ body }, context) => {
      const { tx, run, deps, caller } = context;
      found(await readOne(tx, deps.database.keysOf, aggregates.project.store, body.projectId), 'project');
      const contactId = deps.database.ids.next();
      const data = { ...body, contactId, tenantId: caller.tenantId };
      const made = await run(aggregates.contact, contactId, { type: 'contact.create', data });
      await requireOwnIdentity(context, made.state, 'phone');
      return toCreated(made);
    },
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
  writeRoute({
    ...commandRoutes['contact.update'],
    operationId: 'updateContact',
    tag,
    summary: 'Changes fields of a contact; those left out stay',
    params: idParams,
    body: update.extend({ profilePictureUrl: receive.shape.profilePictureUrl.optional() }).strict(),
    versioned: true,
    answer,
    handle: async ({ params, body }, context) => {
      const { run, caller } = context;
      const { profilePictureUrl, ...fields } = body;
      const picture = profilePictureUrl && { profilePicture: { tenantId: caller.tenantId, profilePictureUrl } };
      const data = { ...fields, ...picture, changedBy: caller.id };
      const changed = await run(aggregates.contact, params.id, { type: 'contact.update', data });
      if (body.phone !== undefined) await requireOwnIdentity(context, changed.state, 'phone');
      return toAnswer(changed);
    },
  }),
  verb('contact.delete', commandRoutes['contact.delete'], {
    operationId: 'deleteContact',
    summary: 'Deletes a contact; what happened stays in the log',
    gone: true,
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
  writeRoute({
    ...commandRoutes['contact.set_external_id'],
    operationId: 'setContactExternalId',
    tag,
    summary: 'Says under which id another system knows the contact',
    description: 'An id of a source belongs to one contact of a project.',
    params: idParams,
    body: z.strictObject(contactCommands['contact.set_external_id'].shape),
    versioned: true,
    answer,
    handle: async ({ params, body }, context) => {
      const changed = await context.run(aggregates.contact, params.id, { type: 'contact.set_external_id', data: body });
      await requireOwnIdentity(context, changed.state, body);
      return toAnswer(changed);
    },
  }),
  verb('contact.set_source_channel', commandRoutes['contact.set_source_channel'], {
    operationId: 'setContactSourceChannel',
    summary: 'Says through which channel the contact first came',
    body: z.strictObject({ channelId: uuid }),
    before: ({ params }, context) => requireContact(context, params.id),
    data: async ({ body: { channelId } }, { tx, deps }) => {
      const channel = { path: 'body.channelId', name: 'channel', table: channels, ids: channelId };
      const isThere = isNull(channels.deletedAt);
      await requireReferences(tx, [{ ...channel, only: isThere }]);
      const view = await readOne(tx, deps.database.keysOf, aggregates.channel.store, channelId);
      return { channelId, sourceChannel: String(view?.type) };
    },
  }),
  verb('contact.enrich', commandRoutes['contact.enrich'], {
    operationId: 'enrichContact',
    summary: 'Keeps what an outside source knows of the contact',
    description: 'In place of what the same source told before; at most 10 sources.',
    body: z.strictObject(contactCommands['contact.enrich'].shape),
  }),
];
