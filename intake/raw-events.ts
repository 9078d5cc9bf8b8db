// The store of gateway events as they arrived: sealed body, arrival number, and what became of each. Nothing is ever deleted here.

import type { Pool } from '../db/pool.ts';
import type { KeysOf } from '../db/tenant-keys.ts';
import { inSystem, type Tx } from '../db/transaction.ts';
import type { GatewayEvent } from '../integrations/waha/gateway-event.ts';
import { messageKey } from './message-key.ts';

/** What became of a stored event. `waiting`: its message is not known yet. `started`: its workflow has it. */
export type RawEventStatus =
  | 'stored'
  | 'started'
  | 'waiting'
  | 'processed'
  | 'duplicate'
  | 'ignored'
  | 'compensated'
  | 'failed';

/** One stored event without its body. `arrival` is the order of arrival over all channels. */
export type RawEvent = {
  readonly id: string;
  readonly tenantId: string;
  readonly channelId: string;
  readonly arrival: number;
  readonly eventName: string;
  readonly kind: GatewayEvent['kind'];
  readonly messageKey: string | null;
  readonly status: RawEventStatus;
  readonly runNumber: number;
  readonly attempts: number;
  readonly receivedAt: Date;
  /** The workflow that has it, once one has. */
  readonly workflowId: string | null;
};

/** The columns of a RawEvent, for every query that gives one. */
export const rawEventColumns = `id, tenant_id as "tenantId", channel_id as "channelId", arrival, event_name as "eventName", kind, message_key as "messageKey",
  status, run_number as "runNumber", attempts, received_at as "receivedAt", workflow_id as "workflowId"`;

/** Where a body is sealed for. */
export const bodyPlace = (tenantId: string, id: string): string => `${tenantId}|${id}|raw_events|body`;

/** The key that all events about one message share; null for events that are not about a message. */
export function rawMessageKey(channelId: string, event: GatewayEvent): string | null {
  return 'innerId' in event ? messageKey(channelId, event.innerId) : null;
}

/** Whether the intake itself starts the saga of this event right after the answer; all else is the dispatcher's. */
export function startedByIntake(event: GatewayEvent): boolean {
  return event.kind === 'message' && !event.fromMe;
}

/** Loads one event with its body; undefined when there is none. `body` null: it was erased. */
export async function loadRawEvent(
  tx: Tx,
  keysOf: KeysOf,
  id: string,
  lock = false,
): Promise<(RawEvent & { readonly body: string | null }) | undefined> {
  const { rows } = await tx.query<RawEvent & { body: string; bodyKey: string | null }>(
    `select ${rawEventColumns}, body, body_key as "bodyKey" from raw_events where tenant_id = $1 and id = $2${lock ? ' for no key update' : ''}`,
    [tx.tenantId, id],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { body, bodyKey, ...event } = row;
  const opened = await keysOf(tx).openOnce(id, bodyKey, body, bodyPlace(event.tenantId, id));
  return { ...event, body: typeof opened === 'string' ? opened : null };
}

/** What of an event changes when it is settled or put back. */
export type RawEventChange = {
  readonly status: RawEventStatus;
  readonly workflowId?: string;
  readonly contactId?: string;
  readonly lastError?: string;
};

/** Notes what became of an event. `settled_at` is set for the final states. */
export async function markRawEvent(tx: Tx, id: string, change: RawEventChange): Promise<void> {
  await tx.query(
    `update raw_events set status = $3, workflow_id = coalesce($4, workflow_id), contact_id = coalesce($5, contact_id), last_error = $6,
       settled_at = case when $3 in ('stored', 'started', 'waiting') then null else now() end
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, id, change.status, change.workflowId ?? null, change.contactId ?? null, change.lastError ?? null],
  );
}

/** Lets go what waited for these messages, and what was put off because its saga was under way. Returns how many events are to be applied now. */
export async function releaseWaiting(tx: Tx, keys: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query(
    `update raw_events set status = 'stored', next_attempt_at = now() where tenant_id = $1 and message_key = any($2::uuid[])
       and (status = 'waiting' or (status = 'stored' and attempts > 0))`,
    [tx.tenantId, keys],
  );
  return rowCount ?? 0;
}

/** How long a claimed event is left to its claimer, who may have died. One that takes longer loses nothing: the row's lock and state make a second attempt harmless. */
const claimSeconds = 10;

/** Takes events that are due, in their order of arrival, so that no other dispatcher looks at them for a while. One that a saga has is due when that should have ended. */
export async function claimDueRawEvents(systemPool: Pool, limit: number): Promise<RawEvent[]> {
  return inSystem(systemPool, async (tx) => {
    const { rows } = await tx.query<RawEvent>(
      `update raw_events set next_attempt_at = now() + interval '${claimSeconds} seconds'
       where id in (select id from raw_events where status in ('stored', 'started') and next_attempt_at <= now() order by arrival limit $1 for update skip locked)
       returning ${rawEventColumns}`,
      [limit],
    );
    return rows.sort((one, other) => one.arrival - other.arrival);
  });
}

/** How long until the sweep asks after a message whose saga was seen to start. Temporal keeps it by then: this is the net under the net. */
const handedOverSeconds = 60;

/** Notes that these messages' sagas were started, so that the sweep leaves them alone while they run. */
export async function noteHandedOver(systemPool: Pool, ids: readonly string[]): Promise<void> {
  await inSystem(systemPool, (tx) =>
    tx.query(
      `update raw_events set next_attempt_at = now() + interval '${handedOverSeconds} seconds' where id = any($1::uuid[]) and status = 'stored'`,
      [ids],
    ),
  );
}

/** Puts an event off; `attempts` is the number of failures so far. */
export async function postponeRawEvent(
  tx: Tx,
  id: string,
  {
    afterMs,
    attempts,
    lastError,
  }: { readonly afterMs: number; readonly attempts: number; readonly lastError?: string },
): Promise<void> {
  await tx.query(
    `update raw_events set next_attempt_at = now() + $3 * interval '1 millisecond', attempts = $4, last_error = coalesce($5, last_error)
     where tenant_id = $1 and id = $2 and status in ('stored', 'started')`,
    [tx.tenantId, id, afterMs, attempts, lastError ?? null],
  );
}
