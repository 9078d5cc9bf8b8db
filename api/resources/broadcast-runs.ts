// How a broadcast goes: its progress, a report of all its recipients, and another try for those who failed.
import { z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import { aggregates } from '../../db/aggregates.ts';
import { readApproval } from '../../db/broadcast-approval.ts';
import { progressOf } from '../../db/broadcast-progress.ts';
import { broadcastReport } from '../../db/broadcast-report.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { retryFailed } from '../../db/retry-failed.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Broadcast } from '../../domain/broadcast/broadcast.ts';
import type { ApiDeps } from '../api-deps.ts';
import { requireUsable } from '../broadcast-targets.ts';
import { found, type Route, readRoute, streamRoute, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { broadcastSchema, progressSchema } from '../schemas/broadcast.ts';
import { idParams } from '../schemas/common.ts';

const definition = aggregates.broadcast;
const tag = 'broadcasts';
const path = '/v1/broadcasts';
const { answer, toAnswer } = resource({
  definition,
  name: 'broadcast',
  schemaName: 'Broadcast',
  path,
  tag,
  schema: broadcastSchema,
});

const broadcastOf = async (tx: Tx, deps: ApiDeps, id: string): Promise<Broadcast> =>
  found(await readOne(tx, deps.database.keysOf, definition.store, id), 'broadcast') as unknown as Broadcast;

export const broadcastRunRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['broadcast.retry_failed'],
    operationId: 'retryFailedRecipients',
    summary: 'Tries those again who failed in a completed broadcast',
    description:
      'Each gets another message. Those of whom nobody can tell whether the first one arrived (`mayHaveArrived`) are left alone.',
    tag,
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, context) => {
      const { tx, deps, cause, run } = context;
      await requireUsable(params.id, context);
      const { events, ...made } = await run(definition, params.id, { type: 'broadcast.retry_failed', data: {} });
      if (events.length > 0) await retryFailed(deps.database, tx, params.id, cause);
      return toAnswer(made);
    },
  }),
  readRoute({
    method: 'get',
    path: `${path}/{id}/progress`,
    scope: 'read',
    operationId: 'readBroadcastProgress',
    tag,
    summary: 'Tells how far a broadcast is, and when it will be through',
    params: idParams,
    answer: { description: 'The progress.', schema: progressSchema },
    handle: async ({ params }, { read, deps }) => ({
      body: await read(async (tx) => {
        const broadcast = await broadcastOf(tx, deps, params.id);
        const { counts, estimatedEndAt } = await progressOf(tx, { ...broadcast, startsAt: deps.database.clock.now() });
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        const { sent, failed, skipped } = counts;
        return {
          approval: await readApproval(tx, params.id),
          status: broadcast.status,
          counts: { total, ...counts },
          done: sent + failed + skipped,
          estimatedEndAt: broadcast.status === 'running' ? estimatedEndAt : null,
        };
      }),
    }),
  }),
  streamRoute({
    method: 'get',
    path: `${path}/{id}/report.csv`,
    scope: 'read',
    operationId: 'reportBroadcast',
    tag,
    summary: 'Reports all recipients of a broadcast as CSV, a line each',
    params: idParams,
    contentType: 'text/csv',
    answer: { description: 'The report, with a line of headings.', schema: z.string() },
    handle: async ({ params }, { read, deps, caller }, c) => {
      await read((tx) => broadcastOf(tx, deps, params.id));
      c.header('Content-Type', 'text/csv; charset=utf-8');
      c.header('Content-Disposition', `attachment; filename="broadcast-${params.id}.csv"`);
      return stream(c, async (out) => {
        for await (const piece of broadcastReport(deps.database.pool, caller.tenantId, params.id)) {
          if (out.aborted) return;
          await out.write(piece);
        }
      });
    },
  }),
];
