// The sessions that an import made are known to their ends now: they are ended, and the last message of each counts as an interaction. A batch a commit.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { executeMany } from '../../db/execute-many.ts';
import { addImportItems, dropImportItems, listImportItems } from '../../db/history-import-items.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import type { ImportHistoryInput } from '../../workflows/names.ts';
import { requireSaga, stepCause } from '../saga-steps.ts';

const batchSize = 200;

type Ended = {
  readonly id: string;
  readonly contactId: string;
  readonly channelId: string;
  readonly lastMessageAt: Date | null;
  readonly messageId: string | null;
  readonly fromMe: boolean | null;
};

/** Ends the next batch; false: none is left. */
export function endNextSessions(
  database: Database,
  { tenantId, correlationId: importId }: ImportHistoryInput,
): Promise<boolean> {
  const cause = stepCause(requireSaga());
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const items = await listImportItems(tx, importId, 'session', batchSize);
    if (items.length === 0) return false;
    const sessions = await lastMessages(
      tx,
      items.map(({ id }) => id),
    );
    const ends = sessions.flatMap(({ id, lastMessageAt }) =>
      lastMessageAt === null
        ? []
        : [{ id, command: { type: 'session.end_import' as const, data: { endedAt: lastMessageAt.toISOString() } } }],
    );
    await executeMany(database, tx, aggregates.session, ends, cause);
    const touches = sessions.flatMap(touchOf);
    await executeMany(database, tx, aggregates.contact, touches, cause);
    await dropImportItems(tx, importId, items);
    // Until the import is complete that can be taken back, too.
    const ended = sessions.map((session) => ({
      kind: 'ended' as const,
      id: session.id,
      detail: { touch: touchOf(session)[0] ?? null },
    }));
    await addImportItems(tx, importId, ended);
    return true;
  });
}

/** What the last message of a session is to its contact. */
export type Touch = {
  readonly id: string;
  readonly command: {
    readonly type: 'contact.record_interaction';
    readonly data: {
      readonly interactionType: string;
      readonly channelId: string;
      readonly messageId: string;
      readonly interactedAt: string;
    };
  };
};

function touchOf({ contactId, channelId, messageId, fromMe, lastMessageAt }: Ended): Touch[] {
  if (messageId === null || lastMessageAt === null) return [];
  const interactionType = fromMe ? 'message_sent' : 'message_received';
  const data = { interactionType, channelId, messageId, interactedAt: lastMessageAt.toISOString() };
  return [{ id: contactId, command: { type: 'contact.record_interaction', data } }];
}

/** In the order of time, so that a contact's first interaction is told as the first. One that was deleted or merged meanwhile gets none. */
async function lastMessages(tx: Tx, ids: readonly string[]): Promise<Ended[]> {
  const { rows } = await tx.query<Ended>(
    `select session.id, session.contact_id as "contactId", session.channel_id as "channelId", session.last_message_at as "lastMessageAt",
       message.id as "messageId", message.from_me as "fromMe"
     from sessions session
     left join contacts contact on contact.tenant_id = $1 and contact.id = session.contact_id and contact.deleted_at is null and contact.merged_into is null
     left join lateral (select id, from_me from messages where tenant_id = $1 and session_id = session.id and discarded_at is null and contact.id is not null
       order by arrival desc, id desc limit 1) message on true
     where session.tenant_id = $1 and session.id = any($2::uuid[]) order by session.last_message_at, session.id`,
    [tx.tenantId, ids],
  );
  return rows;
}
