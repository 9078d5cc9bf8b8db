// A recipient's end, as its message's row tells it: sent, failed with the reason, or not known yet.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { mayHaveArrived } from '../../domain/broadcast-recipient/may-have-arrived.ts';
import type { RecipientInput } from '../../workflows/names.ts';
import { broadcastCause } from './broadcast-cause.ts';

/** `isLost`: nobody will tell any more what became of the message. */
export type SettleInput = RecipientInput & { readonly isLost: boolean };

/** Settles it; `isOpen`: its message still waits to be sent. */
export function settleRecipient(
  database: Database,
  { tenantId, broadcastId, recipientId, isLost }: SettleInput,
): Promise<{ readonly isOpen: boolean }> {
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const loaded = await load(database, tx, aggregates.broadcastRecipient, recipientId, true);
    const { status, messageId } = loaded.state;
    if (status !== 'sending' || messageId === null) return { isOpen: false };
    const { state: message } = await load(database, tx, aggregates.message, messageId);
    if (message.status === 'queued' && !isLost) return { isOpen: true };
    const command = ['queued', 'failed'].includes(message.status)
      ? { type: 'broadcast_recipient.fail' as const, data: await failure(tx, messageId, message.failureReason) }
      : { type: 'broadcast_recipient.confirm' as const, data: { messageId } };
    const cause = broadcastCause(broadcastId);
    await execute(database, tx, aggregates.broadcastRecipient, recipientId, command, cause, { loaded });
    return { isOpen: false };
  });
}

async function failure(tx: Tx, messageId: string, failureReason: string | null) {
  const { rows } = await tx.query<{ attempts: number }>(
    'select attempts from message_sends where tenant_id = $1 and message_id = $2',
    [tx.tenantId, messageId],
  );
  const reason = failureReason ?? 'lost: its saga ended without a word';
  return { messageId, reason, mayHaveArrived: mayHaveArrived({ attempts: rows[0]?.attempts ?? 0, reason }) };
}
