// Channels: connections to outside messaging systems. The webhook secret is shown when it is made and never again.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { newWebhookSecret, storeChannelSecret } from '../../db/channel-secrets.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { requireReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { pipelines } from '../../db/schema/pipelines.ts';
import { channelCommands } from '../../domain/channel/commands.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { WriteContext } from '../call-context.ts';
import { found, type Route, writeRoute } from '../define-route.ts';

import { notYet } from '../not-yet.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { channelSchema, channelStatus, channelWebhookSchema, createdChannelSchema } from '../schemas/channel.ts';
import { idParams, uuid } from '../schemas/common.ts';
import { ensureChannelType } from './channel-types.ts';

const definition = aggregates.channel;
const tag = 'channels';
const notDeleted = isNull(channels.deletedAt);
const creation = channelCommands['channel.create'];
const { create, list, read, verb } = resource({
  definition,
  name: 'channel',
  schemaName: 'Channel',
  path: '/v1/channels',
  tag,
  schema: channelSchema,
  hidden: notDeleted,
});

async function renewSecret({ tx, deps }: WriteContext, channelId: string) {
  const webhookSecret = newWebhookSecret();
  await storeChannelSecret(tx, deps.database.keysOf, channelId, webhookSecret);
  tx.onCommit(() => deps.channelSecrets.forget(channelId));
  return { webhookUrl: webhookUrl(deps.config.API_PUBLIC_URL, channelId), webhookSecret };
}

export const channelRoutes: readonly Route[] = [
  create('channel.create', commandRoutes['channel.create'], {
    operationId: 'createChannel',
    summary: 'Creates a channel and the address and secret of its webhook',
    description: 'It becomes active once its gateway says that it works.',
    idName: 'channelId',
    body: z.strictObject({
      projectId: uuid,
      name: creation.shape.name,
      type: creation.shape.type,
      externalId: z.string().min(1).max(200).optional().openapi({
        description: "The outside system's name for it; for WAHA: the session.",
      }),
      messageGrouping: creation.shape.messageGrouping,
      aiProcessing: z.boolean().optional().openapi({
        description: 'Whether media that comes in waits for a description or transcript; yes unless said otherwise.',
      }),
    }),
    before: (body, context) => ensureChannelType(context, body.type),
    once: {
      description: ', with its secret',
      schema: createdChannelSchema,
      of: ({ state }, _body, context) => renewSecret(context, state.id),
    },
  }),
  list(
    { projectId: uuid.optional(), status: channelStatus.optional(), type: z.string().max(100).optional() },
    (query) =>
      and(
        notDeleted,
        equal(channels.projectId, query.projectId),
        equal(channels.status, query.status),
        equal(channels.type, query.type),
      ),
  ),
  read(),
  verb('channel.delete', commandRoutes['channel.delete'], {
    operationId: 'deleteChannel',
    summary: 'Deletes a channel: its webhook is refused from then on, its messages stay',
    before: async ({ params }, { tx, deps }) => tx.onCommit(() => deps.channelSecrets.forget(params.id)),
    gone: true,
  }),
  verb('channel.request_activation', commandRoutes['channel.request_activation'], {
    operationId: 'activateChannel',
    summary: 'Asks for a channel to be connected',
    description:
      'It is `activating` (or `connecting`, when it was connected before) until the gateway says that it works. Types without an adapter are refused.',
  }),
  verb('channel.deactivate', commandRoutes['channel.deactivate'], {
    operationId: 'deactivateChannel',
    summary: 'Switches a channel off',
  }),
  verb('channel.enable_history_import', commandRoutes['channel.enable_history_import'], {
    operationId: 'enableChannelHistoryImport',
    summary: 'Allows a channel to import what was exchanged before it was connected',
    body: channelCommands['channel.enable_history_import'].strict(),
    after: async ({ body }, { tx }) => {
      if (body.agentId) await requireReferences(tx, [activeAgent('body.agentId', body.agentId)]);
    },
  }),
  verb('channel.request_history_import', commandRoutes['channel.request_history_import'], {
    operationId: 'importChannelHistory',
    summary: 'Asks for an import of earlier messages; one at a time',
    description:
      '`recent` takes the newest 100 messages of each chat, `new_only` the chats that are not known yet. What is imported is of the past: it sets off no automations and customers’ webhooks do not hear of it, unless `automations` or `webhooks` say so; media are kept as references. Silence of `sessionGapMinutes` (30) ends a session. The gateway is asked at most `requestsPerMinute` times (300). How far it is: `GET /v1/channels/{id}/history-import`.',
    body: channelCommands['channel.request_history_import'],
  }),
  verb('channel.associate_pipeline', commandRoutes['channel.associate_pipeline'], {
    operationId: 'associateChannelPipeline',
    summary: 'Leads contacts who write on the channel into a pipeline, in place of the one before',
    description: `Automations of the pipeline hear of what happens on the channel. Who writes is entered into it by the saga of lead qualification. ${notYet}`,
    body: channelCommands['channel.associate_pipeline'].strict(),
    after: ({ body }, { tx }, { state }) => {
      const only = eq(pipelines.projectId, state.projectId);
      const reference = { path: 'body.pipelineId', name: 'pipeline of the channel’s project', table: pipelines, only };
      return requireReferences(tx, [{ ...reference, ids: body.pipelineId }]);
    },
  }),
  verb('channel.disassociate_pipeline', commandRoutes['channel.disassociate_pipeline'], {
    operationId: 'disassociateChannelPipeline',
    summary: 'Leads contacts into no pipeline any more',
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
