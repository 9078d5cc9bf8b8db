// Gives a stored gateway event to the parser again, and puts it back in line where that can help. What is already right is not touched:
// a message that was stored stays as it is, and what the short path applies twice changes nothing the second time.
import type { KeysOf } from '../db/tenant-keys.ts';
import type { Tx } from '../db/transaction.ts';
import { violated } from '../domain/kernel/errors.ts';
import type { GatewayEvent } from '../integrations/waha/gateway-event.ts';
import { loadRawEvent, type RawEventStatus, rawMessageKey } from './raw-events.ts';
import { readGatewayEvent } from './read-gateway-event.ts';

/**
 * What a replay did. `queued`: it is in line again, with a run of its own; `pending`: it was in line already, and is now its first;
 * `unchanged`: nothing was to be done.
 */
export type Replayed = {
  readonly outcome: 'queued' | 'pending' | 'unchanged';
  readonly status: RawEventStatus;
  readonly runNumber: number;
  readonly event: GatewayEvent;
};

const notActedOn: ReadonlySet<GatewayEvent['kind']> = new Set(['ignored', 'other', 'call']);

/** Replays one event of the transaction's tenant; undefined when there is none of this id. Throws DomainError when its body was erased. */
export async function replayRawEvent(tx: Tx, keysOf: KeysOf, id: string): Promise<Replayed | undefined> {
  const stored = await loadRawEvent(tx, keysOf, id, true);
  if (!stored) return undefined;
  if (stored.body === null)
    throw violated('body_erased', 'The body was erased with the person it was about: it can not be read again.');
  const event = readGatewayEvent(stored.body, stored.receivedAt);
  const now = { status: stored.status, runNumber: stored.runNumber, event };
  if (stored.status === 'stored' || stored.status === 'started') {
    await tx.query('update raw_events set next_attempt_at = now() where tenant_id = $1 and id = $2', [tx.tenantId, id]);
    return { ...now, outcome: 'pending' };
  }
  // Its message is there, or another event's: running the saga again could only find that out.
  const isSettledMessage = event.kind === 'message' && (stored.status === 'processed' || stored.status === 'duplicate');
  if (notActedOn.has(event.kind) || isSettledMessage) return { ...now, outcome: 'unchanged' };
  const runNumber = stored.runNumber + 1;
  await tx.query(
    `update raw_events set status = 'stored', run_number = $3, kind = $4, event_name = $5, message_key = $6, attempts = 0,
       next_attempt_at = now(), settled_at = null, last_error = null where tenant_id = $1 and id = $2`,
    [tx.tenantId, id, runNumber, event.kind, event.event, rawMessageKey(stored.channelId, event)],
  );
  return { outcome: 'queued', status: 'stored', runNumber, event };
}
