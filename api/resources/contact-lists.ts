// Contact lists: static ones take contacts by hand, dynamic ones by filter rules when they are recalculated.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import {
  changeMembers,
  countMembers,
  isMember,
  isPresent,
  maxMemberChanges,
  recalculate,
} from '../../db/contact-list-members.ts';
import { requestListRun, requireNoListRun } from '../../db/contact-list-runs.ts';
import { requireCustomFields } from '../../db/custom-fields.ts';
import { load } from '../../db/execute.ts';
import { timelineTypes } from '../../db/projections/contact-timeline.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listListRuns } from '../../db/queries/contact-list-runs.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { contactListMembers, contactLists } from '../../db/schema/contact-lists.ts';
import { pipelineStatuses, pipelines } from '../../db/schema/pipelines.ts';
import { contactListCommands } from '../../domain/contact-list/commands.ts';
import { type AskedCondition, anyCondition } from '../../domain/contact-list/filter-rule.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { recalculationWorkflowId } from '../../workflows/names.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { sagaLinks } from '../saga-control.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { contactSchema } from '../schemas/contact.ts';
import {
  contactCountSchema,
  contactListSchema,
  listRunSchema,
  listRunStartedSchema,
  recalculationSchema,
} from '../schemas/contact-list.ts';
import { startListRun } from '../start-list-run.ts';

const notDeleted = isNull(contactLists.deletedAt);
const tag = 'contact lists';
const { create, list, read, verb } = resource({
  definition: aggregates.contactList,
  name: 'contact list',
  schemaName: 'ContactList',
  path: '/v1/contact-lists',
  tag,
  schema: contactListSchema,
  hidden: notDeleted,
});

const creation = contactListCommands['contact_list.create'].omit({ listId: true, tenantId: true });
const someContacts = z.strictObject({ contactIds: z.array(uuid).min(1).max(maxMemberChanges) });

/** The list in the path, locked; not_found when there is none. */
async function lockedList({ tx, deps }: WriteContext, id: string) {
  const loaded = await load(deps.database, tx, aggregates.contactList, id, true);
  return found(loaded.exists && loaded.state.deletedAt === null ? loaded : undefined, 'contact list');
}

/** What a rule refers to exists: pipeline and status, and the type of an event that a timeline can show. */
async function requireKnown(
  { tx }: WriteContext,
  projectId: string,
  { filterType, field, value }: AskedCondition,
): Promise<void> {
  if (filterType === 'event' && !timelineTypes.includes(field))
    throw violated('event_not_in_timeline', `${field} is no event that shows in a contact's timeline.`);
  if (filterType === 'custom_field') await requireCustomFields(tx, projectId, [{ path: 'body.field', key: field }]);
  if (filterType !== 'pipeline_status' || !z.uuid().safeParse(field).success) return;
  const statusId = typeof value === 'string' && z.uuid().safeParse(value).success ? value : undefined;
  const only = and(eq(pipelineStatuses.pipelineId, field), isNull(pipelineStatuses.removedAt));
  const ofProject = eq(pipelines.projectId, projectId);
  await requireReferences(tx, [
    { path: 'body.field', name: 'pipeline of the list’s project', table: pipelines, ids: field, only: ofProject },
    { path: 'body.value', name: 'status of this pipeline', table: pipelineStatuses, ids: statusId, only },
  ]);
}

/** Adds contacts to a static list, or takes them out. */
const changing = (change: 'added' | 'removed', summary: string, operationId: string): Route =>
  writeRoute({
    ...commandRoutes[change === 'added' ? 'contact_list_member.add' : 'contact_list_member.remove'],
    operationId,
    tag,
    summary,
    description: `At most ${maxMemberChanges} contacts a call, all or none.`,
    params: idParams,
    body: someContacts,
    answer: { status: 204, description: 'Done.' },
    handle: async ({ params, body }, context) => {
      const { state } = await lockedList(context, params.id);
      const changes = { added: [], removed: [], [change]: [...new Set(body.contactIds)] };
      await changeMembers(context.deps.database, context.tx, state, changes, context.cause);
      return {};
    },
  });

export const contactListRoutes: readonly Route[] = [
  create('contact_list.create', commandRoutes['contact_list.create'], {
    operationId: 'createContactList',
    summary: 'Creates a contact list, empty',
    idName: 'listId',
    body: creation.strict(),
  }),
  list(
    {
      projectId: uuid.optional(),
      contactId: uuid.optional(),
      isStatic: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
    },
    ({ projectId, contactId, isStatic }) =>
      and(
        notDeleted,
        equal(contactLists.projectId, projectId),
        equal(contactLists.isStatic, isStatic),
        contactId === undefined
          ? undefined
          : sql`${contactLists.id} in (select list_id from ${contactListMembers} where ${contactListMembers.tenantId} = ${contactLists.tenantId}
              and ${contactListMembers.contactId} = ${contactId} and ${contactListMembers.removedAt} is null)`,
      ),
    '`contactId`: those that this contact is in.',
  ),
  read(),
  verb('contact_list.update', commandRoutes['contact_list.update'], {
    operationId: 'updateContactList',
    summary: 'Changes fields of a contact list; those left out stay',
    body: contactListCommands['contact_list.update'].strict(),
  }),
  verb('contact_list.delete', commandRoutes['contact_list.delete'], {
    operationId: 'deleteContactList',
    summary: 'Deletes a contact list; its contacts stay',
    gone: true,
  }),
  verb('contact_list.add_filter_rule', commandRoutes['contact_list.add_filter_rule'], {
    operationId: 'addContactListFilterRule',
    summary: 'Adds a filter rule to a dynamic list; it holds from the next recalculation on',
    description:
      'All rules hold together (`AND`) or any does (`OR`). Names, phone numbers and addresses are sealed: `phone` and `email` can only be `is_set` or `is_not_set`, custom fields (`field` is the key) also `equals` or `not_equals`.',
    body: anyCondition,
    before: async ({ params, body }, context) => {
      const { keysOf } = context.deps.database;
      const list = found(
        await readOne(context.tx, keysOf, aggregates.contactList.store, params.id, notDeleted),
        'contact list',
      );
      await requireKnown(context, String(list.projectId), body);
    },
    data: ({ body }, { deps }) => ({ ruleId: deps.database.ids.next(), condition: body }),
  }),
  verb('contact_list.remove_filter_rule', commandRoutes['contact_list.remove_filter_rule'], {
    operationId: 'removeContactListFilterRule',
    summary: 'Takes a filter rule out; one that is not there is no error',
    params: idParams.extend({ ruleId: uuid }),
    data: ({ params }) => ({ ruleId: params.ruleId }),
  }),
  verb('contact_list.clear_filter_rules', commandRoutes['contact_list.clear_filter_rules'], {
    operationId: 'clearContactListFilterRules',
    summary: 'Takes all filter rules out: no contact fits the list any more',
  }),
  writeRoute({
    ...commandRoutes['contact_list.complete_recalculation'],
    operationId: 'recalculateContactList',
    tag,
    summary: 'Puts those contacts into a dynamic list that fit its rules now, and the others out',
    description: `At most ${maxMemberChanges} contacts come or go a call: repeat it, with a new Idempotency-Key, until \`complete\`. For long lists see \`recalculations\`.`,
    params: idParams,
    answer: { description: 'What was done.', schema: recalculationSchema },
    handle: async ({ params }, context) => {
      const loaded = await lockedList(context, params.id);
      await requireNoListRun(context.tx, params.id);
      return { body: await recalculate(context.deps.database, context.tx, loaded, context.cause) };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/contact-lists/{id}/recalculations',
    scope: 'write',
    operationId: 'startContactListRecalculation',
    tag,
    summary: 'Has a dynamic list recalculated, however long it is; one that is under way is answered in its place',
    description:
      'Every dynamic list is recalculated by itself an hour after the last time. A recalculation that is aborted (`links.abort`) or fails leaves the list as it was.',
    params: idParams,
    answer: { status: 202, description: 'It is asked for, or under way.', schema: listRunStartedSchema },
    handle: async ({ params: { id } }, context) => {
      const { state } = await lockedList(context, id);
      const { tx, deps } = context;
      const { runId, isNew } = await requestListRun(tx, state, deps.database.ids.next());
      if (isNew) startListRun(deps, tx, { tenantId: context.caller.tenantId, listId: id, runId });
      return { body: { id: runId, links: sagaLinks(deps.config, runId, recalculationWorkflowId(runId), null) } };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/contact-lists/{id}/recalculations',
    scope: 'read',
    operationId: 'listContactListRecalculations',
    tag,
    summary: 'Lists the recalculations of a list, the latest first: how far they are, and what came of them',
    params: idParams,
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(listRunSchema, 'ContactListRun') },
    handle: async ({ params: { id }, query }, { read: reading, deps }) => ({
      body: await reading(async (tx) => {
        found(await readOne(tx, deps.database.keysOf, aggregates.contactList.store, id, notDeleted), 'contact list');
        return listListRuns(tx, id, { limit: query.limit, cursor: query.cursor });
      }),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/contact-lists/{id}/contacts',
    scope: 'read',
    operationId: 'listContactListContacts',
    tag,
    summary: 'Lists the contacts in a list, newest first',
    params: idParams,
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(contactSchema, 'Contact') },
    handle: async ({ params: { id }, query: { limit, cursor } }, { read: reading, deps }) => ({
      body: await reading(async (tx) => {
        const { keysOf } = deps.database;
        found(await readOne(tx, keysOf, aggregates.contactList.store, id, notDeleted), 'contact list');
        const inList = and(isPresent, isMember(id));
        return listPage(tx, keysOf, aggregates.contact.store, inList, { limit, cursor });
      }),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/contact-lists/{id}/contact-count',
    scope: 'read',
    operationId: 'countContactListContacts',
    tag,
    summary: 'Counts the contacts in a list',
    params: idParams,
    answer: { description: 'The count.', schema: contactCountSchema },
    handle: async ({ params: { id } }, { read: reading, deps }) => ({
      body: await reading(async (tx) => {
        found(await readOne(tx, deps.database.keysOf, aggregates.contactList.store, id, notDeleted), 'contact list');
        return { contactCount: await countMembers(tx, id) };
      }),
    }),
  }),
  changing('added', 'Puts contacts into a static list; those in it already stay', 'addContactListContacts'),
  changing('removed', 'Takes contacts out of a static list; those not in it are no error', 'removeContactListContacts'),
];
