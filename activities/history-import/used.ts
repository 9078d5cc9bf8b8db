// What of the things that an import made somebody else builds on by now: that stays when the import is taken back. The rows are held first, so that nobody
// joins meanwhile.
import type { Cause } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';

const foreignEvent = `exists (select from outbox_events event where event.tenant_id = $1 and event.aggregate_id = given.id and event.correlation_id <> $3)`;

async function usedOf(
  tx: Tx,
  cause: Cause,
  ids: readonly string[],
  hold: string,
  uses: string,
): Promise<ReadonlySet<string>> {
  await tx.query(hold, [tx.tenantId, ids]);
  const { rows } = await tx.query<{ id: string }>(
    `select given.id from unnest($2::uuid[]) as given (id) where ${uses} or ${foreignEvent}`,
    [tx.tenantId, ids, cause.correlationId],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Each gives those of the ids that stay. */
export const used = {
  chats: (tx: Tx, cause: Cause, ids: readonly string[]) =>
    usedOf(
      tx,
      cause,
      ids,
      'select 1 from chats where tenant_id = $1 and id = any($2::uuid[]) order by id for update',
      'exists (select from messages where tenant_id = $1 and chat_id = given.id and discarded_at is null)',
    ),
  contacts: (tx: Tx, cause: Cause, ids: readonly string[]) =>
    usedOf(
      tx,
      cause,
      ids,
      // As the saga of a message does it: whoever finds the contact before us is seen, whoever comes later finds it gone.
      'select 1 from contact_identities where tenant_id = $1 and contact_id = any($2::uuid[]) order by contact_id, kind, value_index for update',
      `exists (select from messages where tenant_id = $1 and contact_id = given.id and discarded_at is null)
         or exists (select from sessions where tenant_id = $1 and contact_id = given.id and end_reason is distinct from 'saga_compensated' and (status = 'active' or message_count > 0))
         or exists (select from chats where tenant_id = $1 and contact_id = given.id and status <> 'closed')`,
    ),
  /** Whether they wrote in the chat. */
  async participant(tx: Tx, chatId: string, contactId: string): Promise<boolean> {
    const { rows } = await tx.query(
      'select 1 from messages where tenant_id = $1 and chat_id = $2 and contact_id = $3 and discarded_at is null limit 1',
      [tx.tenantId, chatId, contactId],
    );
    return rows.length > 0;
  },
};
