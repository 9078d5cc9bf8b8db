// The consumers: what each is at, what it asks of an operator; pausing, replaying from the log, rebuilding. Events are the tenant's, queues everybody's.
import { z } from '@hono/zod-openapi';
import { pauseConsumer, resumeConsumer } from '../../db/consumer-controls.ts';
import { type ConsumerOverview, consumerOverview, consumerOverviews } from '../../db/consumer-overview.ts';
import {
  abandonRequest,
  type ConsumerRequest,
  cancelRequest,
  listRequests,
  requestReplay,
} from '../../db/consumer-requests.ts';
import { parkedAggregates } from '../../db/parked-aggregates.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { retireConsumer } from '../../db/retire-consumer.ts';
import { inSystem, type Tx } from '../../db/transaction.ts';
import type { Caller } from '../caller.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import {
  consumerDetailSchema,
  consumerParams,
  consumerSchema,
  estimateSchema,
  letterParams,
  rebuildEstimateSchema,
  requestSchema,
  retiredSchema,
} from '../schemas/consumers.ts';
import { deadLetterRoutes } from './dead-letters.ts';

const tag = 'consumers';
const time = z.iso.datetime({ offset: true });
const forAllTenants = 'Acts on the consumer of all tenants.';
const noteBody = z.strictObject({ note: z.string().trim().min(1).max(500) });
/** Counted within the time of a request; `npm run consumers` counts further. */
const countAtMost = 100_000;

/** The queues are shared: how full they are tells of other tenants, and so may the note of who paused it. */
function shown(overview: ConsumerOverview, caller: Caller): ConsumerOverview {
  if (caller.scopes.includes('installation')) return overview;
  const queueUnknown = 'the queue is shared by all tenants: a key with the scope installation sees it';
  const paused = overview.paused && { ...overview.paused, note: null };
  return { ...overview, paused, queue: null, queueUnknown };
}

/** Rebuilds are no tenant's: a key for the installation sees and steers them beside its own tenant's replays. */
const isForAll = (caller: Caller): boolean => caller.scopes.includes('installation');
const isTheirs = (caller: Caller, { tenantId }: ConsumerRequest): boolean =>
  tenantId === null ? isForAll(caller) : tenantId === caller.tenantId;

const operatingRoutes: readonly Route[] = [
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/pause',
    scope: 'installation',
    operationId: 'pauseConsumer',
    tag,
    summary: 'Has a consumer take nothing until it is resumed; its events wait in its queue',
    description: forAllTenants,
    params: consumerParams,
    body: noteBody,
    answer: { description: 'The consumer.', schema: consumerSchema },
    handle: async ({ params, body }, { deps, caller }) => ({
      body: await inSystem(deps.database.systemPool, async (tx) => {
        await consumerOverview(tx, deps.database.clock.now(), params.name);
        await pauseConsumer(tx, params.name, body.note);
        return shown(await consumerOverview(tx, deps.database.clock.now(), params.name), caller);
      }),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/resume',
    scope: 'installation',
    operationId: 'resumeConsumer',
    tag,
    summary: 'Lets a paused consumer go on',
    description: forAllTenants,
    params: consumerParams,
    answer: { description: 'The consumer.', schema: consumerSchema },
    handle: async ({ params }, { deps, caller }) => ({
      body: await inSystem(deps.database.systemPool, async (tx) => {
        await consumerOverview(tx, deps.database.clock.now(), params.name);
        await resumeConsumer(tx, params.name);
        return shown(await consumerOverview(tx, deps.database.clock.now(), params.name), caller);
      }),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/replay',
    scope: 'operate',
    operationId: 'replayEvents',
    tag,
    summary: 'Sends a part of the log to one consumer once more; `dryRun` only counts',
    description:
      'Of the tenant’s events. What has taken effect before has none again; other consumers see nothing of it.',
    params: consumerParams,
    body: z.strictObject({
      from: time.optional(),
      to: time.optional().openapi({ description: 'Not included.' }),
      types: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
      dryRun: z.boolean().default(false),
    }),
    answer: { status: 202, description: 'What is sent, and the request that does it.', schema: estimateSchema },
    handle: async ({ params, body: { dryRun, ...range } }, { tx, caller, deps }) => {
      const id = deps.database.ids.next();
      const order = { id, consumer: params.name, tenantId: caller.tenantId, ...range };
      const estimate = await requestReplay(tx, order, { dryRun, countAtMost });
      const [request = null] = await listRequests(tx, { id });
      return { body: toJson({ ...estimate, dryRun, request }) };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/rebuild',
    scope: 'installation',
    operationId: 'rebuildConsumer',
    tag,
    summary: 'Makes a consumer’s read model anew from the log; `dryRun` only counts',
    description: `A projection (timeline, session analytics, campaign results) is put right slice by slice while it is read and while its consumer goes on; any other read model is cleared first. ${forAllTenants}`,
    params: consumerParams,
    body: z.strictObject({
      acceptGap: z.boolean().default(false).openapi({
        description: 'Goes on although the log has some events no more. A projection keeps what they made in any case.',
      }),
      onlyCompares: z.boolean().default(false).openapi({
        description:
          'Of a projection: goes through the log, counts the rows that are not as it says, and changes none.',
      }),
      dryRun: z.boolean().default(false),
    }),
    answer: { status: 202, description: 'What is sent, and the request that does it.', schema: rebuildEstimateSchema },
    handle: async ({ params, body: { dryRun, ...how } }, { deps }) => ({
      body: await inSystem(deps.database.systemPool, async (tx) => {
        const id = deps.database.ids.next();
        const estimate = await requestRebuild(tx, { id, consumer: params.name, ...how }, { dryRun, countAtMost });
        const [request = null] = await listRequests(tx, { id });
        return toJson({ ...estimate, dryRun, request });
      }),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/requests/{id}/cancel',
    scope: 'operate',
    operationId: 'cancelConsumerRequest',
    tag,
    summary: 'Ends a replay, a projection’s rebuild, or another rebuild that has not begun',
    description: 'Of the tenant’s replays; a key with the scope installation ends rebuilds too.',
    params: letterParams,
    answer: { description: 'The request.', schema: requestSchema },
    handle: async ({ params }, { tx, caller, deps }) => {
      const cancel = async (own: Tx): Promise<unknown> => {
        const [asked] = await listRequests(own, { consumer: params.name, id: params.id });
        found(asked && isTheirs(caller, asked) ? asked : undefined, 'request');
        await cancelRequest(own, params.id);
        return toJson(found((await listRequests(own, { id: params.id }))[0], 'request'));
      };
      return { body: isForAll(caller) ? await inSystem(deps.database.systemPool, cancel) : await cancel(tx) };
    },
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/requests/{id}/abandon',
    scope: 'installation',
    operationId: 'abandonConsumerRequest',
    tag,
    summary:
      'Gives up a rebuild that has begun to clear its read model, which stays incomplete until it is rebuilt anew',
    description: forAllTenants,
    params: letterParams,
    body: noteBody,
    answer: { description: 'The request: failed, with the note.', schema: requestSchema },
    handle: async ({ params, body }, { deps }) => ({
      body: await inSystem(deps.database.systemPool, async (own) => {
        found((await listRequests(own, { consumer: params.name, id: params.id }))[0], 'request');
        await abandonRequest(own, params.id, body.note);
        return toJson(found((await listRequests(own, { id: params.id }))[0], 'request'));
      }),
    }),
  }),
  writeRoute({
    method: 'post',
    path: '/v1/consumers/{name}/retire',
    scope: 'installation',
    operationId: 'retireConsumer',
    tag,
    summary: 'Forgets a consumer that no process runs any more, and what waited for it; `dryRun` only counts',
    description: `What it has made stays. ${forAllTenants}`,
    params: consumerParams,
    body: z.strictObject({ dryRun: z.boolean().default(false) }),
    answer: { description: 'What goes with it.', schema: retiredSchema },
    handle: async ({ params, body: { dryRun } }, { deps }) => ({
      body: await inSystem(deps.database.systemPool, async (own) => ({
        ...(await retireConsumer(own, params.name, { now: deps.database.clock.now(), dryRun })),
        dryRun,
      })),
    }),
  }),
];

export const consumerRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/consumers',
    scope: 'read',
    operationId: 'listConsumers',
    tag,
    summary: 'Lists the consumers: lag, parked aggregates, dead letters, queues',
    answer: { description: 'All of them.', schema: z.object({ data: z.array(consumerSchema) }).openapi('Consumers') },
    handle: async (_request, { read, caller, deps }) => {
      const all = await read((tx) => consumerOverviews(tx, deps.database.clock.now()));
      return { body: { data: all.map((one) => shown(one, caller)) } };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/consumers/{name}',
    scope: 'read',
    operationId: 'getConsumer',
    tag,
    summary: 'Shows one consumer, which aggregates wait for what, and its replays',
    params: consumerParams,
    answer: { description: 'The consumer.', schema: consumerDetailSchema },
    handle: async ({ params }, { read, caller, deps }) => ({
      body: await read(async (tx) => {
        const overview = shown(await consumerOverview(tx, deps.database.clock.now(), params.name), caller);
        const requestsIn = (own: Tx) => listRequests(own, { consumer: params.name, limit: 200 });
        const all = isForAll(caller) ? await inSystem(deps.database.systemPool, requestsIn) : await requestsIn(tx);
        const requests = all.filter((one) => isTheirs(caller, one)).slice(0, 20);
        return toJson({ ...overview, parkedAggregates: await parkedAggregates(tx, params.name), requests });
      }),
    }),
  }),
  ...deadLetterRoutes,
  ...operatingRoutes,
];

/** Dates as answers have them. */
const toJson = (value: object): unknown => JSON.parse(JSON.stringify(value));
