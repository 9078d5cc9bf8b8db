// Where a contact is talked with on a channel: the open individual chat and the active session.
import type { Tx } from '../transaction.ts';

/** The latest open chat with the contact alone; undefined when there is none. */
export async function individualChat(tx: Tx, channelId: string, contactId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from chats where tenant_id = $1 and channel_id = $2 and contact_id = $3 and chat_type = 'individual' and status <> 'closed'
     order by id desc limit 1`,
    [tx.tenantId, channelId, contactId],
  );
  return rows[0]?.id;
}

/** The contact's active session, as a field; nothing when there is none. */
export async function activeSession(tx: Tx, channelId: string, contactId: string): Promise<{ sessionId?: string }> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from sessions where tenant_id = $1 and contact_id = $2 and channel_id = $3 and status = 'active'`,
    [tx.tenantId, contactId, channelId],
  );
  return rows[0] ? { sessionId: rows[0].id } : {};
}
