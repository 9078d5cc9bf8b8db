// Broadcasts: one message to everyone on a list, at a limited rate; who gets it, and what became of each.
import { z } from '@hono/zod-openapi';
import { and, eq } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { countRecipients } from '../../db/broadcast-audience.ts';
import { dryRun } from '../../db/broadcast-progress.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { broadcastRecipients, broadcasts } from '../../db/schema/broadcasts.ts';
import { broadcastCommands } from '../../domain/broadcast/commands.ts';
import { requireUsable, targetsOf } from '../broadcast-targets.ts';
import { found, type Route, readRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import {
  audienceSchema,
  broadcastSchema,
  broadcastStatus,
  recipientStatus,
  recipientsSchema,
} from '../schemas/broadcast.ts';
import { idParams, pageQuery, uuid } from '../schemas/common.ts';
import { messageBody } from '../schemas/outreach.ts';

const definition = aggregates.broadcast;
const tag = 'broadcasts';
const path = '/v1/broadcasts';
const { create, list, read, verb } = resource({
  definition,
  name: 'broadcast',
  schemaName: 'Broadcast',
  path,
  tag,
  schema: broadcastSchema,
});
const { name, ratePerMinute } = broadcastCommands['broadcast.create'].shape;
const about = { name, listId: uuid, channelId: uuid, message: messageBody };
const changes = z.strictObject({ ...about, ratePerMinute }).partial();

export const broadcastRoutes: readonly Route[] = [
  create('broadcast.create', commandRoutes['broadcast.create'], {
    operationId: 'createBroadcast',
    summary: 'Drafts a broadcast',
    description:
      'In a template or a caption `{{contact.name}}`, `{{contact.phone}}`, `{{contact.email}}`, `{{contact.language}}`, `{{contact.timezone}}`, `{{contact.custom.<field>}}` and the names given in `variables` are replaced; a text is sent as it stands.',
    idName: 'broadcastId',
    body: z.strictObject({ projectId: uuid, ...about, ratePerMinute: ratePerMinute.default(30) }),
    references: targetsOf,
  }),
  list({ projectId: uuid.optional(), listId: uuid.optional(), status: broadcastStatus.optional() }, (query) =>
    and(
      equal(broadcasts.projectId, query.projectId),
      equal(broadcasts.listId, query.listId),
      equal(broadcasts.status, query.status),
    ),
  ),
  read(),
  verb('broadcast.update', commandRoutes['broadcast.update'], {
    operationId: 'updateBroadcast',
    summary: 'Changes a draft; what is left out stays',
    body: changes,
    before: async ({ params, body }, { tx, deps }) => {
      const { projectId } = found(await readOne(tx, deps.database.keysOf, definition.store, params.id), 'broadcast');
      await requireReferences(tx, targetsOf({ ...body, projectId: String(projectId) }));
    },
  }),
  verb('broadcast.schedule', commandRoutes['broadcast.schedule'], {
    operationId: 'scheduleBroadcast',
    summary: 'Sets or changes when a draft is started',
    before: async ({ params }, context) => requireUsable(params.id, context),
    body: broadcastCommands['broadcast.schedule'].strict(),
  }),
  verb('broadcast.start', commandRoutes['broadcast.start'], {
    operationId: 'startBroadcast',
    summary: 'Starts a broadcast: whoever is on the list becomes a recipient',
    before: async ({ params }, context) => requireUsable(params.id, context),
    description:
      'Large lists are read 5,000 contacts at a time; those on it who can not be reached are skipped with the reason.',
  }),
  verb('broadcast.pause', commandRoutes['broadcast.pause'], {
    operationId: 'pauseBroadcast',
    summary: 'Stops sending for now; what was begun is finished',
  }),
  verb('broadcast.resume', commandRoutes['broadcast.resume'], {
    operationId: 'resumeBroadcast',
    summary: 'Goes on after a pause',
    before: async ({ params }, context) => requireUsable(params.id, context),
  }),
  verb('broadcast.cancel', commandRoutes['broadcast.cancel'], {
    operationId: 'cancelBroadcast',
    summary: 'Calls a broadcast off: whoever still waits is skipped',
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/audience`,
    scope: 'read',
    operationId: 'previewBroadcastAudience',
    tag,
    summary:
      'A dry run: whom the broadcast would go to if it were started now, who not and why, and when it would be through',
    params: idParams,
    answer: { description: 'The audience.', schema: audienceSchema },
    handle: async ({ params }, { read, deps }) => ({
      body: await read(async (tx) => {
        const broadcast = found(await readOne(tx, deps.database.keysOf, definition.store, params.id), 'broadcast');
        const { id, listId, channelId } = broadcast;
        const ratePerMinute = Number(broadcast.ratePerMinute);
        const now = deps.database.clock.now().getTime();
        const startsAt = new Date(Math.max(now, Date.parse(broadcast.scheduledAt ?? '') || 0));
        const asked = { id: String(id), listId: String(listId), channelId: String(channelId), ratePerMinute, startsAt };
        const audience = await dryRun(tx, asked);
        const total = Object.values(audience.skipped).reduce((sum, count) => sum + count, audience.sendable);
        return { total, ...audience, minutes: Math.ceil(audience.sendable / ratePerMinute) };
      }),
    }),
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/recipients`,
    scope: 'read',
    operationId: 'listBroadcastRecipients',
    tag,
    summary: 'Lists the recipients of a broadcast with what became of each, and counts them',
    params: idParams,
    query: pageQuery.extend({ status: recipientStatus.optional(), contactId: uuid.optional() }),
    answer: { description: 'A page with the counts.', schema: recipientsSchema },
    handle: async ({ params, query: { limit, cursor, ...query } }, { read, deps }) => ({
      body: await read(async (tx) => {
        const { keysOf } = deps.database;
        found(await readOne(tx, keysOf, definition.store, params.id), 'broadcast');
        const condition = and(
          eq(broadcastRecipients.broadcastId, params.id),
          equal(broadcastRecipients.status, query.status),
          equal(broadcastRecipients.contactId, query.contactId),
        );
        const page = await listPage(tx, keysOf, aggregates.broadcastRecipient.store, condition, { limit, cursor });
        const counts = await countRecipients(tx, params.id);
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        return { ...page, counts: { total, ...counts } };
      }),
    }),
  }),
];
