// Who carries a replay or rebuild out: a lease on its row, renewed by every note of progress. Whoever lost it can write nothing any more.
import { type ConsumerRequest, requestColumns } from './consumer-requests.ts';
import type { Tx } from './transaction.ts';

/** A process that does not note progress for so long has lost the request; if it was only slow, some events are sent twice. */
const lease = `interval '8 seconds'`;

/** Takes the next request that nobody works on, the oldest of its consumer. Undefined: there is none. */
export async function takeRequest(
  tx: Tx,
  owner: string,
  consumers: readonly string[],
): Promise<ConsumerRequest | undefined> {
  const { rows } = await tx.query<ConsumerRequest>(
    `update consumer_requests set owner = $1, leased_until = clock_timestamp() + ${lease}, started_at = coalesce(started_at, now())
     where id = (
       select id from consumer_requests request
       where ended_at is null and consumer_name = any($2) and (leased_until is null or leased_until < clock_timestamp())
         and not exists (select from consumer_requests older where older.consumer_name = request.consumer_name and older.ended_at is null
           and (older.requested_at, older.id) < (request.requested_at, request.id))
       order by requested_at limit 1 for update skip locked)
     returning ${requestColumns}`,
    [owner, consumers],
  );
  return rows[0];
}

/** What can be noted. */
export type Progress = Partial<
  Pick<
    ConsumerRequest,
    | 'state'
    | 'cleared'
    | 'sent'
    | 'settled'
    | 'compared'
    | 'changed'
    | 'total'
    | 'atTenant'
    | 'position'
    | 'endPosition'
    | 'lastError'
  >
>;

/** Notes progress and renews the lease; undefined: it is lost, or the request was cancelled. `state` done or failed ends it. */
export async function noteProgress(
  tx: Tx,
  owner: string,
  request: ConsumerRequest,
  progress: Progress,
): Promise<ConsumerRequest | undefined> {
  const next = { ...request, ...progress };
  const { rows } = await tx.query<ConsumerRequest>(
    `update consumer_requests set state = $3, cleared = $4, sent = $5, settled = $6, at_tenant = $7, position = $8, end_position = $9, last_error = $10,
       total = $11, compared = $12, changed = $13, leased_until = clock_timestamp() + ${lease}, ended_at = case when $3 in ('done', 'failed') then now() end
     where id = $1 and owner = $2 and ended_at is null returning ${requestColumns}`,
    [
      request.id,
      owner,
      next.state,
      next.cleared,
      next.sent,
      next.settled,
      next.atTenant,
      next.position,
      next.endPosition,
      next.lastError,
      next.total,
      next.compared,
      next.changed,
    ],
  );
  return rows[0];
}

/** Gives requests back at a stop, so that another process goes on at once. */
export async function releaseRequests(tx: Tx, owner: string): Promise<void> {
  await tx.query('update consumer_requests set leased_until = null where owner = $1 and ended_at is null', [owner]);
}
