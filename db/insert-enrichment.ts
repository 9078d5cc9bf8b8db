// Keeps a requested enrichment: a row with sequence 0, in which the answer will stand. The request's event is the message's own.
import { type Enrichment, enrichment } from '../domain/enrichment/enrichment.ts';
import { toRow } from './state-store.ts';
import { enrichmentStore } from './stores/enrichment-store.ts';
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** What is known when an enrichment is requested. `createdAt` is that moment. */
export type RequestedEnrichment = Pick<Enrichment, 'id' | 'projectId' | 'messageId' | 'contactId' | 'mediaUrl'> &
  Partial<Pick<Enrichment, 'kind'>> & { readonly createdAt: string };

/** Inserts it in the transaction's tenant. */
export async function insertEnrichment(tx: Tx, keysOf: KeysOf, requested: RequestedEnrichment): Promise<void> {
  const keys = keysOf(tx);
  const row: Record<string, unknown> = {
    ...(await toRow(enrichmentStore, { ...enrichment.initialState(), ...requested }, keys)),
    tenant_id: keys.tenantId,
    sequence: 0,
  };
  const names = Object.keys(row);
  await tx.query(
    `insert into enrichments (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}
