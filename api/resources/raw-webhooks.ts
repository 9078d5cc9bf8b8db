// The gateway's webhooks as they were stored: list, show with the body opened, replay.
import { z } from '@hono/zod-openapi';
import { findRawEvent, listRawEvents, rawEventStatuses } from '../../db/queries/raw-events.ts';
import { loadRawEvent } from '../../intake/raw-events.ts';
import { replayRawEvent } from '../../intake/replay-raw-event.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { idParams, moment, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const tag = 'raw webhooks';
const status = z.enum(rawEventStatuses);
const shape = {
  id: uuid,
  channelId: uuid,
  arrival: z.number().int(),
  gatewayEventId: z.string(),
  eventName: z.string(),
  kind: z.string().openapi({ description: 'What the parser made of it.' }),
  messageKey: uuid.nullable().openapi({ description: 'The same for all events about one message.' }),
  status,
  workflowId: z.string().nullable(),
  runNumber: z.number().int(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  contactId: uuid.nullable(),
  hasBody: z.boolean(),
  receivedAt: moment,
  settledAt: moment.nullable(),
};
const rawWebhook = z.object(shape).openapi('RawWebhook');
const withBody = z
  .object({ ...shape, body: z.string().nullable().openapi({ description: 'As it came, to the byte; null: erased.' }) })
  .openapi('RawWebhookWithBody');
const replayed = z
  .object({
    id: uuid,
    outcome: z.enum(['queued', 'pending', 'unchanged']),
    status,
    runNumber: z.number().int(),
    kind: z.string(),
    eventName: z.string(),
    reason: z.string().nullable().openapi({ description: 'Why the parser makes nothing of it, if so.' }),
  })
  .openapi('ReplayedWebhook');

export const rawWebhookRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/raw-webhooks',
    scope: 'read',
    operationId: 'listRawWebhooks',
    tag,
    summary: 'Lists stored webhooks, the last arrived first',
    query: pageQuery.extend({
      status: status.optional(),
      kind: z.string().min(1).max(50).optional(),
      channelId: uuid.optional(),
      messageKey: uuid.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(rawWebhook, 'RawWebhook') },
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
    answer: { description: 'The webhook.', schema: withBody },
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
    answer: { status: 202, description: 'What was done.', schema: replayed },
    handle: async ({ params }, { tx, deps }) => {
      const { database } = deps;
      const { event, ...done } = found(await replayRawEvent(tx, database.keysOf, params.id), 'stored webhook');
      if (done.outcome !== 'unchanged') tx.onCommit(() => database.rawEventsBell.ring());
      const reason = 'reason' in event ? event.reason : null;
      return { body: { id: params.id, ...done, kind: event.kind, eventName: event.event, reason } };
    },
  }),
];
