// Those whom a broadcast could not send to, and whose message surely did not arrive, wait for another one.
import { violated } from '../domain/kernel/errors.ts';
import { aggregates } from './aggregates.ts';
import type { Cause, ExecuteDeps } from './execute.ts';
import { executeMany } from './execute-many.ts';
import type { Tx } from './transaction.ts';

const atOnce = 1_000;

/** Makes them wait again, in the transaction in which the broadcast goes on. Throws rule_violated `nothing_to_retry` when there is nobody. */
export async function retryFailed(deps: ExecuteDeps, tx: Tx, broadcastId: string, cause: Cause): Promise<void> {
  // An acknowledgement that came late says that a message got through after all.
  const { rows } = await tx.query<{ id: string }>(
    `select recipient.id from broadcast_recipients recipient
     join messages message on message.tenant_id = recipient.tenant_id and message.id = recipient.message_id and message.status = 'failed'
     where recipient.tenant_id = $1 and recipient.broadcast_id = $2 and recipient.status = 'failed' and not recipient.may_have_arrived order by recipient.id`,
    [tx.tenantId, broadcastId],
  );
  if (rows.length === 0)
    throw violated('nothing_to_retry', 'Nobody failed whose message surely did not arrive: there is nothing to retry.');
  for (let start = 0; start < rows.length; start += atOnce) {
    const commands = rows
      .slice(start, start + atOnce)
      .map(({ id }) => ({ id, command: { type: 'broadcast_recipient.retry' as const, data: {} } }));
    await executeMany(deps, tx, aggregates.broadcastRecipient, commands, cause);
  }
}
