// Enrichments: descriptions and transcripts of media. A provider fetches what is requested and says what came of it.
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { listPage, readOne } from '../../db/queries/read-state.ts';
import { enrichments } from '../../db/schema/enrichments.ts';
import { enrichmentCommands } from '../../domain/enrichment/commands.ts';
import type { Enrichment } from '../../domain/enrichment/enrichment.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { enrichmentSchema, enrichmentStatus } from '../schemas/enrichment.ts';

const definition = aggregates.enrichment;
const tag = 'enrichments';
const answer = { description: 'The enrichment.', schema: enrichmentSchema };
const toAnswer = ({ state, sequence: version }: { readonly state: Enrichment; readonly sequence: number }) => ({
  body: { ...state, sequence: version, erased: false },
  sequence: version,
});

export const enrichmentRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/enrichments',
    scope: 'read',
    operationId: 'listEnrichments',
    tag,
    summary: 'Lists enrichments, newest first',
    query: pageQuery.extend({
      messageId: uuid.optional(),
      contactId: uuid.optional(),
      status: enrichmentStatus.optional(),
    }),
    answer: { description: 'A page.', schema: pageOf(enrichmentSchema, 'Enrichment') },
    handle: async ({ query }, { read, deps }) => {
      const condition = and(
        equal(enrichments.messageId, query.messageId),
        equal(enrichments.contactId, query.contactId),
        equal(enrichments.status, query.status),
      );
      const page = { limit: query.limit, cursor: query.cursor };
      return { body: await read((tx) => listPage(tx, deps.database.keysOf, definition.store, condition, page)) };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/enrichments/{id}',
    scope: 'read',
    operationId: 'readEnrichment',
    tag,
    summary: 'Reads an enrichment',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, { read, deps }) => {
      const view = found(
        await read((tx) => readOne(tx, deps.database.keysOf, definition.store, params.id)),
        'enrichment',
      );
      return { body: view, sequence: view.sequence };
    },
  }),
  writeRoute({
    ...commandRoutes['enrichment.complete'],
    operationId: 'completeEnrichment',
    tag,
    summary: 'Gives the description or transcript; the first answer stands',
    params: idParams,
    body: enrichmentCommands['enrichment.complete'].strict(),
    versioned: true,
    answer,
    handle: async ({ params, body }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'enrichment.complete', data: body })),
  }),
  writeRoute({
    ...commandRoutes['enrichment.fail'],
    operationId: 'failEnrichment',
    tag,
    summary: 'Says that there will be none',
    params: idParams,
    body: enrichmentCommands['enrichment.fail'].strict(),
    versioned: true,
    answer,
    handle: async ({ params, body }, { run }) =>
      toAnswer(await run(definition, params.id, { type: 'enrichment.fail', data: body })),
  }),
];
