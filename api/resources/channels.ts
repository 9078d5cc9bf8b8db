// Channels: connections to outside messaging systems. The webhook secret is shown when it is made and never again.
import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { newWebhookSecret, storeChannelSecret } from '../../db/channel-secrets.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { channels } from '../../db/schema/channels.ts';
import { channelCommands } from '../../domain/channel/commands.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { channelSchema, channelWebhookSchema, createdChannelSchema } from '../schemas/channel.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const definition = aggregates.channel;
const tag = 'channels';
const notDeleted = isNull(channels.deletedAt);
const create = channelCommands['channel.create'];

async function renewSecret({ tx, deps }: WriteContext, channelId: string) {
  const webhookSecret = newWebhookSecret();
  await storeChannelSecret(tx, deps.database.keysOf, channelId, webhookSecret);
  tx.onCommit(() => deps.channelSecrets.forget(channelId));
  return { webhookUrl: webhookUrl(deps.config.API_PUBLIC_URL, channelId), webhookSecret };
}

export const channelRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['channel.create'],
    operationId: 'createChannel',
    tag,
    summary: 'Creates a channel and the address and secret of its webhook',
    description: 'It becomes active once its gateway says that it works.',
    body: z.strictObject({
      projectId: uuid,
      name: create.shape.name,
      type: create.shape.type,
      externalId: z.string().min(1).max(200).optional().openapi({
        description: "The outside system's name for it; for WAHA: the session.",
      }),
      messageGrouping: create.shape.messageGrouping,
    }),
    answer: { status: 201, description: 'The channel, with its secret.', schema: createdChannelSchema },
    handle: async ({ body }, context) => {
      const { tx, run, deps, caller } = context;
      found(await readOne(tx, deps.database.keysOf, aggregates.project.store, body.projectId), 'project');
      const channelId = deps.database.ids.next();
      const data = { ...body, channelId, tenantId: caller.tenantId };
      const { state, sequence: version } = await run(definition, channelId, { type: 'channel.create', data });
      const secret = await renewSecret(context, channelId);
      const body_ = { ...state, ...secret, sequence: version };
      return { body: body_, sequence: version, location: `/v1/channels/${channelId}` };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/channels',
    scope: 'read',
    operationId: 'listChannels',
    tag,
    summary: 'Lists channels, newest first',
    query: pageQuery.extend({ projectId: uuid.optional() }),
    answer: { description: 'A page.', schema: pageOf(channelSchema, 'Channel') },
    handle: async ({ query }, { read, deps }) => {
      const condition = and(notDeleted, equal(channels.projectId, query.projectId));
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, definition.store, condition, page)) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/channels/{id}',
    scope: 'read',
    operationId: 'readChannel',
    tag,
    summary: 'Reads a channel',
    params: idParams,
    versioned: true,
    answer: { description: 'The channel.', schema: channelSchema },
    handle: async ({ params }, { read, deps }) => {
      const view = found(
        await read((tx) => readOne(tx, deps.database.keysOf, definition.store, params.id, notDeleted)),
        'channel',
      );
      return { body: view, sequence: view.sequence };
    },
  }),
  writeRoute({
    ...commandRoutes['channel.delete'],
    operationId: 'deleteChannel',
    tag,
    summary: 'Deletes a channel: its webhook is refused from then on, its messages stay',
    params: idParams,
    versioned: true,
    answer: { status: 204, description: 'Deleted.' },
    handle: async ({ params }, { run, tx, deps }) => {
      await run(definition, params.id, { type: 'channel.delete', data: {} });
      tx.onCommit(() => deps.channelSecrets.forget(params.id));
      return {};
    },
  }),
  writeRoute({
    ...commandRoutes['channel.deactivate'],
    operationId: 'deactivateChannel',
    tag,
    summary: 'Switches a channel off',
    params: idParams,
    versioned: true,
    answer: { description: 'The channel.', schema: channelSchema },
    handle: async ({ params }, { run }) => {
      const { state, sequence: version } = await run(definition, params.id, { type: 'channel.deactivate', data: {} });
      return { body: { ...state, sequence: version }, sequence: version };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/channels/{id}/rotate-secret',
    scope: 'admin',
    operationId: 'rotateChannelSecret',
    tag,
    summary: 'Makes a new webhook secret; the old one is refused within 2 s',
    params: idParams,
    answer: { description: 'The new secret.', schema: channelWebhookSchema },
    handle: async ({ params }, context) => {
      const { tx, deps } = context;
      found(await readOne(tx, deps.database.keysOf, definition.store, params.id, notDeleted), 'channel');
      return { body: await renewSecret(context, params.id) };
    },
  }),
];
