// Finds a stored message by the gateway's id: the id it came with, or the one reserved for sending it.
import type { Tx } from '../db/transaction.ts';
import { messageKey } from './message-key.ts';

/** The message's id, or undefined when it is not known. One that a compensated saga withdrew is not known. */
export async function findMessageId(tx: Tx, channelId: string, innerId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from messages where tenant_id = $1 and channel_id = $2 and channel_message_id = $3 and discarded_at is null
     union all select message_id from message_sends where tenant_id = $1 and channel_id = $2 and channel_message_id = $3 limit 1`,
    [tx.tenantId, channelId, innerId],
  );
  return rows[0]?.id;
}

/** Which of these messages of a channel are known, by the gateway's ids. */
export async function knownMessages(
  tx: Tx,
  channelId: string,
  innerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select channel_message_id as id from messages where tenant_id = $1 and channel_id = $2 and channel_message_id = any($3::text[]) and discarded_at is null
     union select channel_message_id from message_sends where tenant_id = $1 and channel_id = $2 and channel_message_id = any($3::text[])`,
    [tx.tenantId, channelId, innerIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Until the end of the transaction nobody else stores these messages, or decides that one is not there. */
export async function lockMessageKey(tx: Tx, channelId: string, ...innerIds: readonly string[]): Promise<void> {
  const keys = innerIds.map((innerId) => messageKey(channelId, innerId)).sort();
  await tx.query('select pg_advisory_xact_lock(hashtextextended(key, 1)) from unnest($1::text[]) as key', [keys]);
}
