// Dead letters of one consumer: list, explain, redrive, discard. Inside the tenant.
import { z } from '@hono/zod-openapi';
import { consumerStatus } from '../../db/consumer-status.ts';
import {
  discardLetter,
  explainDeadLetter,
  listDeadLetters,
  redriveLetter,
  redriveLetters,
} from '../../db/dead-letters.ts';
import { decodeCursor, toPage } from '../../db/queries/page.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { pageOf, pageQuery, uuid } from '../schemas/common.ts';
import {
  consumerParams,
  explainedLetterSchema,
  letterParams,
  letterSchema,
  redrivenLettersSchema,
} from '../schemas/consumers.ts';

const tag = 'consumers';
const filter = {
  type: z.string().min(1).max(200).optional(),
  aggregateId: uuid.optional(),
  reason: z.string().min(1).max(200).optional().openapi({ description: 'A part of the reason.' }),
  since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Given up at this moment or later.' }),
};

/** The routes under /v1/consumers/{name}/dead-letters. */
export const deadLetterRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/consumers/{name}/dead-letters',
    scope: 'read',
    operationId: 'listDeadLetters',
    tag,
    summary: 'Lists the events that a consumer gave up, each with its reason, oldest first',
    params: consumerParams,
    query: pageQuery.extend(filter),
    answer: { description: 'A page.', schema: pageOf(letterSchema, 'DeadLetter') },
    handle: async ({ params, query: { limit, cursor, ...given } }, { read }) => {
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ['time', 'uuid']);
      const rows = await read(async (tx) => {
        found((await consumerStatus(tx, params.name))[0], 'consumer');
        const page = { limit: limit + 1, ...(at && id && { after: [String(at), String(id)] as const }) };
        return listDeadLetters(tx, { ...given, consumer: params.name }, page);
      });
      return { body: toPage(rows, limit, ({ deadAt, eventId }) => [deadAt, eventId]) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/consumers/{name}/dead-letters/{id}',
    scope: 'read',
    operationId: 'explainDeadLetter',
    tag,
    summary: 'Says why an event was given up and what waits for it',
    params: letterParams,
    answer: { description: 'The letter.', schema: explainedLetterSchema },
    handle: async ({ params }, { read }) => ({
      body: await read((tx) => explainDeadLetter(tx, params.name, params.id)),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/dead-letters/redrive',
    scope: 'operate',
    operationId: 'redriveDeadLetters',
    tag,
    summary: 'Gives dead letters all their attempts again; `dryRun` only counts them',
    params: consumerParams,
    body: z.strictObject({ ...filter, dryRun: z.boolean().default(false) }),
    answer: { description: 'How many.', schema: redrivenLettersSchema },
    handle: async ({ params, body: { dryRun, ...given } }, { tx }) => {
      found((await consumerStatus(tx, params.name))[0], 'consumer');
      return { body: { ...(await redriveLetters(tx, { ...given, consumer: params.name }, { dryRun })), dryRun } };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/dead-letters/{id}/redrive',
    scope: 'operate',
    operationId: 'redriveDeadLetter',
    tag,
    summary: 'Gives one dead letter all its attempts again',
    params: letterParams,
    answer: { description: 'How many: one.', schema: redrivenLettersSchema },
    handle: async ({ params }, { tx }) => {
      await redriveLetter(tx, params.name, params.id);
      return { body: { count: 1, gone: 0, dryRun: false } };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/dead-letters/{id}/discard',
    scope: 'operate',
    operationId: 'discardDeadLetter',
    tag,
    summary: 'Gives an event up for good for this consumer; what waits for it goes on',
    params: letterParams,
    body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
    answer: { status: 204, description: 'It is discarded.' },
    handle: async ({ params, body }, { tx }) => {
      await discardLetter(tx, params.name, params.id, body.note);
      return { status: 204 };
    },
  }),
];
