// Step 6, enrichment: the message's media is put on the list of what a model should look at. Without a provider it stays there, visibly requested.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { toRow } from '../../db/state-store.ts';
import { enrichmentStore } from '../../db/stores/enrichment-store.ts';
import { enrichment } from '../../domain/enrichment/enrichment.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, undoStep } from '../saga-steps.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import type { MessagePlace, MessageStored } from './message.ts';

/** The requested enrichment; null: nothing to enrich. */
export type EnrichmentRequested = { readonly enrichmentId: string | null };

export function requestEnrichment(
  database: Database,
  input: InboundInput,
  place: MessagePlace,
  stored: MessageStored,
): Promise<EnrichmentRequested> {
  return runStep(database, async ({ tx, saga }) => {
    const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
    const kind = message.type;
    if (
      !stored.created ||
      message.media?.url === undefined ||
      (kind !== 'image' && kind !== 'video' && kind !== 'audio' && kind !== 'voice')
    ) {
      return { enrichmentId: null };
    }
    const enrichmentId = database.ids.next();
    const state = {
      ...enrichment.initialState(),
      id: enrichmentId,
      projectId: place.validated.projectId,
      messageId: stored.messageId,
      contactId: place.contact.contactId,
      kind,
      mediaUrl: message.media.url,
      createdAt: database.clock.now().toISOString(),
    };
    // The request's event is the message's own (`message.ai.process_…_requested`): this row is where the answer will stand.
    const row: Record<string, unknown> = {
      ...(await toRow(enrichmentStore, state, database.keysOf(tx))),
      tenant_id: saga.tenantId,
      sequence: 0,
    };
    const names = Object.keys(row);
    await tx.query(
      `insert into enrichments (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
    return { enrichmentId };
  });
}

export function undoEnrichment(database: Database): Promise<void> {
  return undoStep<EnrichmentRequested>(database, async ({ tx, cause, result }) => {
    if (result.enrichmentId === null) return;
    const enrichment = await load(database, tx, aggregates.enrichment, result.enrichmentId, true);
    // A provider that was quicker has answered: what it said goes with the message.
    if (enrichment.state.status !== 'requested') return;
    const command = { type: 'enrichment.fail', data: { provider: 'none', reason: 'saga_compensated' } } as const;
    await execute(database, tx, aggregates.enrichment, result.enrichmentId, command, cause, { loaded: enrichment });
  });
}
