// Applies one stored gateway event that needs no saga of its own: acks, edits, reactions, revokes, groups, labels, session states, echoes, duplicates.
// One transaction each; applying it again changes nothing that is already right.
import type { Database } from '../../db/deps.ts';
import type { Cause } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import { markRawEvent, type RawEvent, type RawEventStatus } from '../../intake/raw-events.ts';
import type { GatewayEvent } from '../../integrations/waha/gateway-event.ts';
import { applyGroup } from './apply-group.ts';
import { applyKnownMessage } from './apply-known-message.ts';
import { applyLabel } from './apply-label.ts';
import { applyMessageChange } from './apply-message-change.ts';
import { applySessionStatus } from './apply-session-status.ts';

/** What an applier works with. */
export type Applying<Event extends GatewayEvent = GatewayEvent> = {
  readonly database: Database;
  readonly tx: Tx;
  readonly raw: RawEvent;
  readonly event: Event;
  readonly cause: Cause;
  readonly publicUrl: string;
};

/** What came of it. `needs_saga`: a message that is not stored yet. `later`: look again after `afterMs`. `wakes`: the workflow that waits for such news. */
export type Applied = { readonly wakes?: string } & (
  | {
      readonly outcome: Extract<RawEventStatus, 'processed' | 'waiting' | 'duplicate' | 'ignored'>;
      readonly contactId?: string;
      readonly reason?: string;
    }
  | { readonly outcome: 'needs_saga' }
  | { readonly outcome: 'later'; readonly afterMs: number }
);

/** Applies an event inside `tx` and marks it, unless it needs a saga or another look. Throws DomainError when it can't be applied now. */
export async function applyGatewayEvent(applying: Omit<Applying, 'cause'>): Promise<Applied> {
  const { raw, tx } = applying;
  const cause = { causationId: raw.id, correlationId: raw.messageKey ?? raw.id };
  const applied = await apply({ ...applying, cause });
  if (applied.outcome === 'needs_saga' || applied.outcome === 'later') return applied;
  const { outcome: status, contactId, reason } = applied;
  await markRawEvent(tx, raw.id, { status, ...(contactId && { contactId }), ...(reason && { lastError: reason }) });
  return applied;
}

function apply({ event, ...applying }: Applying): Promise<Applied> | Applied {
  switch (event.kind) {
    case 'message':
      return applyKnownMessage({ ...applying, event });
    case 'ack':
    case 'edit':
    case 'revoke':
    case 'reaction':
      return applyMessageChange({ ...applying, event });
    case 'group':
      return applyGroup({ ...applying, event });
    case 'session_status':
      return applySessionStatus({ ...applying, event });
    case 'label':
      return applyLabel({ ...applying, event });
    case 'call':
      return { outcome: 'ignored', reason: 'call' };
    case 'ignored':
    case 'other':
      return { outcome: 'ignored', reason: event.reason };
  }
}
