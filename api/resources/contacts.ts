// Contacts: who writes, how they are recognised, what is known of them. Personal fields are opened on read.
import { z } from '@hono/zod-openapi';
import { and, isNull, sql } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { contacts } from '../../db/schema/contacts.ts';
import { identityField } from '../../db/stores/contact-store.ts';
import { contactCommands } from '../../domain/contact/commands.ts';
import type { Contact } from '../../domain/contact/contact.ts';
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { label } from '../../domain/kernel/fields.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { contactSchema } from '../schemas/contact.ts';

const definition = aggregates.contact;
const tag = 'contacts';
const answer = { description: 'The contact.', schema: contactSchema };
const notDeleted = isNull(contacts.deletedAt);
const create = contactCommands['contact.create'];
const update = contactCommands['contact.update'].omit({ changedBy: true });

type Changed = { readonly state: Contact; readonly sequence: number };
const toAnswer = ({ state, sequence: version }: Changed) => ({
  body: { ...state, sequence: version, erased: false },
  sequence: version,
});

/** A number belongs to one contact of a project: messages from it could else go to either. */
async function requireOwnPhone({ tx, deps, caller }: WriteContext, { state }: Changed): Promise<void> {
  if (state.phone === null) return;
  const index = await deps.database.keysOf(tx).blindIndex(identityField('phone'), phoneIdentityKey(state.phone));
  const { rows } = await tx.query<{ contactId: string }>(
    `select contact_id as "contactId" from contact_identities
     where tenant_id = $1 and project_id = $2 and kind = 'phone' and value_index = $3`,
    [caller.tenantId, state.projectId, index],
  );
  if (rows[0] && rows[0].contactId !== state.id)
    throw violated(
      'phone_taken',
      'Another contact of this project has this phone number: change that contact instead.',
    );
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
      const made = await run(definition, contactId, { type: 'contact.create', data });
      await requireOwnPhone(context, made);
      return { ...toAnswer(made), location: `/v1/contacts/${contactId}` };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/contacts',
    scope: 'read',
    operationId: 'listContacts',
    tag,
    summary: 'Lists contacts, newest first',
    description: 'A phone number is found in all ways of writing it, an e-mail address whatever its case.',
    query: pageQuery.extend({
      projectId: uuid.optional(),
      phone: z.string().min(5).max(32).optional(),
      email: z.string().min(3).max(320).optional(),
      tag: label.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(contactSchema, 'Contact') },
    handle: async ({ query }, { read, deps }) => ({
      body: await read(async (tx) => {
        const { keysOf } = deps.database;
        const index = async (field: string, value: string | undefined) =>
          value === undefined ? undefined : keysOf(tx).blindIndex(field, value);
        const condition = and(
          notDeleted,
          equal(contacts.projectId, query.projectId),
          equal(contacts.phoneIndex, await index('contact.phone', query.phone && phoneIdentityKey(query.phone))),
          equal(contacts.emailIndex, await index('contact.email', query.email?.toLowerCase())),
          query.tag === undefined ? undefined : sql`${contacts.tags} @> ${JSON.stringify([query.tag])}::jsonb`,
        );
        return listPage(tx, keysOf, definition.store, condition, { limit: query.limit, cursor: query.cursor });
      }),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/contacts/{id}',
    scope: 'read',
    operationId: 'readContact',
    tag,
    summary: 'Reads a contact',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { read, deps }) => {
      const view = found(
        await read((tx) => readOne(tx, deps.database.keysOf, definition.store, params.id, notDeleted)),
        'contact',
      );
      return { body: view, sequence: view.sequence };
    },
  }),
  writeRoute({
    ...commandRoutes['contact.update'],
    operationId: 'updateContact',
    tag,
    summary: 'Changes fields of a contact; those left out stay',
    params: idParams,
    body: update.strict(),
    versioned: true,
    answer,
    handle: async ({ params, body }, context) => {
      const data = { ...body, changedBy: context.caller.id };
      const changed = await context.run(definition, params.id, { type: 'contact.update', data });
      if (body.phone !== undefined) await requireOwnPhone(context, changed);
      return toAnswer(changed);
    },
  }),
  writeRoute({
    ...commandRoutes['contact.delete'],
    operationId: 'deleteContact',
    tag,
    summary: 'Deletes a contact; what happened stays in the log',
    params: idParams,
    versioned: true,
    answer: { status: 204, description: 'Deleted.' },
    handle: async ({ params }, { run }) => {
      await run(definition, params.id, { type: 'contact.delete', data: {} });
      return {};
    },
  }),
  writeRoute({
    ...commandRoutes['contact.add_tag'],
    operationId: 'addContactTag',
    tag,
    summary: 'Adds a tag; one that is there already stays',
    params: idParams,
    body: z.strictObject({ tag: label }),
    versioned: true,
    answer,
    handle: async ({ params, body }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'contact.add_tag', data: body })),
  }),
  writeRoute({
    ...commandRoutes['contact.remove_tag'],
    operationId: 'removeContactTag',
    tag,
    summary: 'Removes a tag; one that is not there is no error',
    params: idParams.extend({ tag: label }),
    versioned: true,
    answer,
    handle: async ({ params }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'contact.remove_tag', data: { tag: params.tag } })),
  }),
];
