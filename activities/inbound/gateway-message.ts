// Loads the message that a saga is about out of its stored raw event. Parsed once per worker and kept for a moment: every step asks for it.
import { LRUCache } from 'lru-cache';
import type { Database } from '../../db/deps.ts';
import type { Tx } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { loadRawEvent, type RawEvent } from '../../intake/raw-events.ts';
import { readGatewayEvent } from '../../intake/read-gateway-event.ts';
import type { GatewayEvent, MessageEvent } from '../../integrations/waha/gateway-event.ts';

/** A stored event and what the parser makes of it. */
export type StoredGatewayEvent = { readonly raw: RawEvent; readonly event: GatewayEvent };

// Personal data in memory: few and short.
const cache = new LRUCache<string, StoredGatewayEvent>({ max: 500, ttl: 60_000 });

/** Loads and parses a stored event. Throws not_found when it is not there or was erased. */
export async function loadGatewayEvent(
  database: Pick<Database, 'keysOf'>,
  tx: Tx,
  rawEventId: string,
): Promise<StoredGatewayEvent> {
  const cacheKey = `${tx.tenantId} ${rawEventId}`;
  const cached = cache.get(cacheKey);
  if (cached) return cached;
  const row = await loadRawEvent(tx, database.keysOf, rawEventId);
  if (!row || row.body === null) throw new DomainError('not_found', 'The stored gateway event is not there any more.');
  const { body, ...raw } = row;
  const stored = { raw, event: readGatewayEvent(body, raw.receivedAt) };
  cache.set(cacheKey, stored);
  return stored;
}

/** The message of a saga. Throws validation_failed when the stored event is none. */
export async function loadGatewayMessage(
  database: Pick<Database, 'keysOf'>,
  tx: Tx,
  rawEventId: string,
): Promise<{ raw: RawEvent; message: MessageEvent }> {
  const { raw, event } = await loadGatewayEvent(database, tx, rawEventId);
  if (event.kind !== 'message')
    throw new DomainError('validation_failed', `The stored gateway event is no message (${event.kind}).`);
  return { raw, message: event };
}
