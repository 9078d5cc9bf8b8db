// The gateway's webhooks as they were stored: list, show with the body opened, replay.
import { z } from '@hono/zod-openapi';
import { findRawEvent, listRawEvents } from '../../db/queries/raw-events.ts';
import { loadRawEvent } from '../../intake/raw-events.ts';
import { replayRawEvent } from '../../intake/replay-raw-event.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { rawStatus, rawWebhookSchema, rawWebhookWithBodySchema, replayedSchema } from '../schemas/raw-webhook.ts';

const tag = 'raw webhooks';
export const rawWebhookRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/raw-webhooks',
    scope: 'read',
    operationId: 'listRawWebhooks',
    tag,
    summary: 'Lists stored webhooks, the last arrived first',
    query: pageQuery.extend({
      status: rawStatus.optional(),
      kind: z.string().min(1).max(50).optional(),
      channelId: uuid.optional(),
      messageKey: uuid.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(rawWebhookSchema, 'RawWebhook') },
    handle: async ({ query: { limit, cursor, ...filter } }, { read }) => ({
      body: await read((tx) => listRawEvents(tx, filter, { limit, cursor })),
    }),
  }),
  readRoute({
    method: 'get',
    path: '/v1/raw-webhooks/{id}',
    scope: 'raw',
    operationId: 'readRawWebhook',
    tag,
    summary: 'Shows a stored webhook with its body',
    params: idParams,
    answer: { description: 'The webhook.', schema: rawWebhookWithBodySchema },
    handle: async ({ params }, { read, deps }) => ({
      body: await read(async (tx) => {
        const view = found(await findRawEvent(tx, params.id), 'stored webhook');
        const { body = null } = (await loadRawEvent(tx, deps.database.keysOf, params.id)) ?? {};
        return { ...view, body };
      }),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/raw-webhooks/{id}/replay',
    scope: 'operate',
    operationId: 'replayRawWebhook',
    tag,
    summary:
      'Gives a stored webhook to the parser again and runs it where that can help; changes nothing that is already right',
    params: idParams,
    answer: { status: 202, description: 'What was done.', schema: replayedSchema },
    handle: async ({ params }, { tx, deps }) => {
      const { database } = deps;
      const { event, ...done } = found(await replayRawEvent(tx, database.keysOf, params.id), 'stored webhook');
      if (done.outcome !== 'unchanged') tx.onCommit(() => database.rawEventsBell.ring());
      const reason = 'reason' in event ? event.reason : null;
      return { body: { id: params.id, ...done, kind: event.kind, eventName: event.event, reason } };
    },
  }),
];
