// When the first and the last of the messages were that a session or contact has counted: what an undo puts back.
import { familySql } from '../../db/stores/contact-lookups.ts';
import type { Tx } from '../../db/transaction.ts';

const eventTypes = { session: 'session.message_recorded', contact: 'contact.interaction_recorded' } as const;
const times = { session: 'recordedAt', contact: 'interactedAt' } as const;

/** A contact counts what those counted that were merged into it. */
const counting = { session: 'select $2::uuid', contact: familySql('$2') } as const;

/**
 * The times of what is counted but for `messageId`; null when nothing is. Read from the log, because the messages themselves can't tell: one
 * may be stored and not counted (yet, or ever), or not counted any more and not discarded yet. Hold the session or contact before.
 */
export async function recordedTimes(
  tx: Tx,
  kind: keyof typeof eventTypes,
  id: string,
  messageId: string,
): Promise<{ readonly first: string | null; readonly last: string | null }> {
  const { rows } = await tx.query<{ first: Date | null; last: Date | null }>(
    `select min(at) as first, max(at) as last from (
       select min((event_data ->> '${times[kind]}')::timestamptz) as at from event_store
       where tenant_id = $1 and aggregate_type = '${kind}' and aggregate_id in (${counting[kind]}) and event_type = '${eventTypes[kind]}'
         and event_data ->> 'messageId' is distinct from $3::uuid::text
       group by coalesce(event_data ->> 'messageId', id::text) having not bool_or(event_data ? 'undone')) as counted`,
    [tx.tenantId, id, messageId],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return { first: first && new Date(first).toISOString(), last: last && new Date(last).toISOString() };
}
