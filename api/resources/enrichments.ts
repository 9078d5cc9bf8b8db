// Enrichments: descriptions and transcripts of media. A provider fetches what is requested and says what came of it.
import { and } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { enrichments } from '../../db/schema/enrichments.ts';
import { enrichmentCommands } from '../../domain/enrichment/commands.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { enrichmentSchema, enrichmentStatus } from '../schemas/enrichment.ts';

const { list, read, verb } = resource({
  definition: aggregates.enrichment,
  name: 'enrichment',
  schemaName: 'Enrichment',
  path: '/v1/enrichments',
  tag: 'enrichments',
  schema: enrichmentSchema,
});

export const enrichmentRoutes: readonly Route[] = [
  list({ messageId: uuid.optional(), contactId: uuid.optional(), status: enrichmentStatus.optional() }, (query) =>
    and(
      equal(enrichments.messageId, query.messageId),
      equal(enrichments.contactId, query.contactId),
      equal(enrichments.status, query.status),
    ),
  ),
  read(),
  verb('enrichment.complete', commandRoutes['enrichment.complete'], {
    operationId: 'completeEnrichment',
    summary: 'Gives the description or transcript; the first answer stands',
    body: enrichmentCommands['enrichment.complete'].strict(),
  }),
  verb('enrichment.fail', commandRoutes['enrichment.fail'], {
    operationId: 'failEnrichment',
    summary: 'Says that there will be none',
    body: enrichmentCommands['enrichment.fail'].strict(),
  }),
];
