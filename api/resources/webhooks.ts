// Webhook subscriptions and their deliveries. The secret is shown when it is made and never again, header values never.
import { randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { countRows } from '../../db/queries/count-rows.ts';
import { decodeCursor, toPage } from '../../db/queries/page.ts';
import { presentUser } from '../../db/queries/present-user.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { webhookDeliveries, webhookSubscriptions } from '../../db/schema/webhooks.ts';
import { listAttempts } from '../../db/webhook-attempts.ts';
import { overlapSeconds } from '../../domain/webhook/commands.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import {
  attemptSchema,
  deliverySchema,
  deliveryStatus,
  webhookBody,
  webhookSchema,
  webhookWithSecretSchema,
} from '../schemas/webhook.ts';
import { requireRoom, requireWebhookSettings } from '../webhook-rules.ts';

const definition = aggregates.webhook;
const tag = 'webhooks';
const notDeleted = isNull(webhookSubscriptions.deletedAt);
const subscriptionResource = resource({
  definition,
  name: 'webhook subscription',
  schemaName: 'WebhookSubscription',
  path: '/v1/webhook-subscriptions',
  tag,
  schema: webhookSchema,
  hidden: notDeleted,
});
const { create, list, read, verb, toAnswer } = subscriptionResource;
const deliveryResource = resource({
  definition: aggregates.webhookDelivery,
  name: 'webhook delivery',
  schemaName: 'WebhookDelivery',
  path: '/v1/webhook-deliveries',
  tag,
  schema: deliverySchema,
});

/** In the form of Standard Webhooks: 256 random bits. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const withSecret = { description: 'The webhook subscription, with its secret.', schema: webhookWithSecretSchema };

export const webhookRoutes: readonly Route[] = [
  create('webhook.create', commandRoutes['webhook.create'], {
    operationId: 'createWebhookSubscription',
    summary: 'Subscribes an address to events',
    idName: 'subscriptionId',
    body: webhookBody,
    before: async (body, { tx, deps }) => {
      requireWebhookSettings(body, deps.config);
      const ofProject = and(equal(webhookSubscriptions.projectId, body.projectId), notDeleted);
      requireRoom(await countRows(tx, webhookSubscriptions, ofProject));
    },
    references: ({ userId }) => [presentUser('body.userId', userId)],
    data: ({ userId }, { caller }) => ({ secret: newSecret(), userId: userId ?? caller.id }),
    once: {
      description: ', with its secret',
      schema: webhookWithSecretSchema,
      of: ({ state: { secrets } }) => ({ secret: secrets.current }),
    },
  }),
  list({ projectId: uuid.optional(), active: z.stringbool().optional() }, (query) =>
    and(
      notDeleted,
      equal(webhookSubscriptions.projectId, query.projectId),
      equal(webhookSubscriptions.active, query.active),
    ),
  ),
  read(),
  verb('webhook.update', commandRoutes['webhook.update'], {
    operationId: 'updateWebhookSubscription',
    summary: 'Changes a subscription; what is left out stays',
    body: webhookBody.omit({ projectId: true, userId: true }).partial(),
    before: async ({ body }, { deps }) => requireWebhookSettings(body, deps.config),
  }),
  verb('webhook.activate', commandRoutes['webhook.activate'], {
    operationId: 'activateWebhookSubscription',
    summary: 'Switches a subscription on again',
  }),
  verb('webhook.deactivate', commandRoutes['webhook.deactivate'], {
    operationId: 'deactivateWebhookSubscription',
    summary: 'Switches a subscription off',
  }),
  writeRoute({
    ...commandRoutes['webhook.rotate_secret'],
    operationId: 'rotateWebhookSecret',
    tag,
    summary: 'Makes a new secret; the former one signs too for a while',
    params: idParams,
    body: z.strictObject({
      overlapSeconds: overlapSeconds.meta({ description: 'For how long the former one signs too; a day.' }),
    }),
    versioned: true,
    answer: withSecret,
    handle: async ({ params, body }, { run }) => {
      const data = { ...body, secret: newSecret() };
      const made = toAnswer(await run(definition, params.id, { type: 'webhook.rotate_secret', data }));
      return { ...made, body: { ...(made.body as object), secret: data.secret } };
    },
  }),
  verb('webhook.delete', commandRoutes['webhook.delete'], {
    operationId: 'deleteWebhookSubscription',
    summary: 'Deletes a subscription and forgets its secrets; its deliveries stay',
    gone: true,
  }),

  deliveryResource.list(
    { subscriptionId: uuid.optional(), eventId: uuid.optional(), status: deliveryStatus.optional() },
    (query) =>
      and(
        equal(webhookDeliveries.subscriptionId, query.subscriptionId),
        equal(webhookDeliveries.eventId, query.eventId),
        equal(webhookDeliveries.status, query.status),
      ),
  ),
  deliveryResource.read(),
  readRoute({
    method: 'get',
    path: '/v1/webhook-deliveries/{id}/attempts',
    scope: 'raw',
    operationId: 'listWebhookAttempts',
    tag,
    summary: "Lists a delivery's attempts in order, with what came back",
    params: idParams,
    query: pageQuery,
    answer: { description: 'A page.', schema: pageOf(attemptSchema, 'WebhookAttempt') },
    handle: async ({ params, query }, { read: within, deps }) => {
      const { keysOf } = deps.database;
      const after = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor, ['number'])[0]);
      const attempts = await within(async (tx) => {
        found(await readOne(tx, keysOf, aggregates.webhookDelivery.store, params.id), 'webhook delivery');
        return listAttempts(tx, keysOf, params.id, { after, limit: query.limit + 1 });
      });
      return { body: toPage(attempts, query.limit, ({ attempt }) => [attempt]) };
    },
  }),
  deliveryResource.verb('webhook_delivery.redeliver', commandRoutes['webhook_delivery.redeliver'], {
    operationId: 'redeliverWebhook',
    summary: 'Has an event delivered once more, at once',
  }),
];
