// Step 6, enrichment: the message's media is put on the list of what a model should look at. Without a provider it stays there, visibly requested.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { insertEnrichment } from '../../db/insert-enrichment.ts';
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
  return runStep(database, async ({ tx }) => {
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
    await insertEnrichment(tx, database.keysOf, {
      id: enrichmentId,
      projectId: place.validated.projectId,
      messageId: stored.messageId,
      contactId: place.contact.contactId,
      kind,
      mediaUrl: message.media.url,
      createdAt: database.clock.now().toISOString(),
    });
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
