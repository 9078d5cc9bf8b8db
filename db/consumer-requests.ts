// Replays and rebuilds: asked for as a row, carried out by whichever consumer process holds its lease, with its progress in the row.
import { DomainError, violated } from '../domain/kernel/errors.ts';
import { releaseFromRebuild } from './consumer-controls.ts';
import { consumerStatus } from './consumer-status.ts';
import { countLog } from './log-events.ts';
import type { Tx } from './transaction.ts';

/** The channel that hints at new requests and resends; whoever listens also polls. */
export const consumerRequestsChannel = 'consumer_requests';

/** Where a request is. A replay: waiting, sending, done. A rebuild: waiting, clearing, sending, settling, done; of a projection: waiting, comparing, sweeping, done. */
export type RequestState =
  | 'waiting'
  | 'clearing'
  | 'sending'
  | 'settling'
  | 'comparing'
  | 'sweeping'
  | 'done'
  | 'failed'
  | 'cancelled';

/** A replay or rebuild. `tenantId` null: of all tenants. `total`: what was to be sent when it was asked for. */
export type ConsumerRequest = {
  readonly id: string;
  readonly consumer: string;
  readonly kind: 'replay' | 'rebuild';
  /** Of a rebuild: it clears what the log has no more, too. */
  readonly acceptGap: boolean;
  readonly tenantId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly types: readonly string[] | null;
  readonly state: RequestState;
  readonly total: number;
  readonly cleared: number;
  readonly sent: number;
  readonly settled: number;
  /** Of a projection's rebuild: events it has been through, rows it has put right; with `onlyCompares` rows that it would. */
  readonly compared: number;
  readonly changed: number;
  readonly onlyCompares: boolean;
  readonly atTenant: string | null;
  readonly position: number;
  readonly endPosition: number | null;
  readonly lastError: string | null;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};

/** The columns of a request, for every statement that answers one. */
export const requestColumns = `id, consumer_name as consumer, kind, accept_gap as "acceptGap", tenant_id as "tenantId", range_from as "from", range_to as "to", event_types as types, state,
  total, cleared, sent, settled, compared, changed, only_compares as "onlyCompares", at_tenant as "atTenant", position, end_position as "endPosition", last_error as "lastError",
  requested_at as "requestedAt", started_at as "startedAt", ended_at as "endedAt"`;

/** Hints whoever carries requests out. Inside the transaction: an operator's few changes serialise nobody's commits. */
export async function ringConsumerRequests(tx: Tx): Promise<void> {
  await tx.query(`notify ${consumerRequestsChannel}`);
}

/** What a replay is asked with. Types that the consumer does not bind are refused. */
export type ReplayOrder = {
  readonly id: string;
  readonly consumer: string;
  readonly tenantId: string | null;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly types?: readonly string[] | undefined;
};

/** How many events a replay or rebuild would send, and how many of them have not taken effect yet. Counted up to `countAtMost`. */
export type Estimate = { readonly count: number; readonly missing: number };

/** How it is asked for. `countAtMost`: whoever waits for an answer can't wait until a long log is counted. */
export type Asking = { readonly dryRun: boolean; readonly countAtMost?: number };

/** Counting so many takes a command some seconds. */
export const defaultCountAtMost = 1_000_000;

/** Counts, and unless `dryRun` asks for it. Throws not_found, validation_failed. */
export async function requestReplay(
  tx: Tx,
  order: ReplayOrder,
  { dryRun, countAtMost = defaultCountAtMost }: Asking,
): Promise<Estimate> {
  const { eventTypes } = await describedConsumer(tx, order.consumer);
  const strange = order.types?.filter((type) => !eventTypes.includes(type)) ?? [];
  if (strange.length > 0)
    throw new DomainError(
      'validation_failed',
      `${order.consumer} does not take ${strange.join(', ')}. It takes: ${eventTypes.join(', ')}.`,
    );
  const [from, to] = [toDate(order.from), toDate(order.to)];
  if (from && to && from >= to)
    throw new DomainError('validation_failed', 'The range is empty: from must lie before to.');
  const types = order.types ?? null;
  const range = { types: types ?? eventTypes, from, to };
  const estimate = await countLog(tx, order.consumer, range, order.tenantId, countAtMost);
  if (!dryRun) await insertRequest(tx, { ...order, kind: 'replay', from, to, types, total: estimate.count });
  return estimate;
}

/** The consumer as the processes describe it. Throws not_found. */
export async function describedConsumer(tx: Tx, name: string) {
  const [status] = await consumerStatus(tx, name);
  if (!status) throw new DomainError('not_found', 'There is no such consumer: check its name.');
  return status;
}

/** Writes a request down, and hints at it. */
export async function insertRequest(
  tx: Tx,
  row: Pick<ConsumerRequest, 'id' | 'consumer' | 'kind' | 'tenantId' | 'from' | 'to' | 'types' | 'total'> & {
    readonly acceptGap?: boolean;
    readonly onlyCompares?: boolean;
  },
): Promise<void> {
  const { acceptGap = false, onlyCompares = false } = row;
  await tx.query(
    `insert into consumer_requests (id, consumer_name, kind, tenant_id, range_from, range_to, event_types, total, accept_gap, only_compares)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [row.id, row.consumer, row.kind, row.tenantId, row.from, row.to, row.types, row.total, acceptGap, onlyCompares],
  );
  await ringConsumerRequests(tx);
}

/** The last requests, newest first: of one consumer, or of all; or the one of an id. */
export async function listRequests(
  tx: Tx,
  { consumer = null, id = null, limit = 20 }: { consumer?: string | null; id?: string | null; limit?: number } = {},
): Promise<ConsumerRequest[]> {
  const { rows } = await tx.query<ConsumerRequest>(
    `select ${requestColumns} from consumer_requests where ($1::text is null or consumer_name = $1) and ($2::uuid is null or id = $2)
     order by requested_at desc limit $3`,
    [consumer, id, limit],
  );
  return rows;
}

/**
 * Gives a begun rebuild up that can not go on: it ends as failed, the consumer is kept still no more, and its read model stays incomplete until another
 * rebuild has gone through. Throws not_found, validation_failed, rule_violated. As app_system.
 */
export async function abandonRequest(tx: Tx, id: string, note: string): Promise<void> {
  if (note.trim() === '' || note.length > 500)
    throw new DomainError('validation_failed', 'Say in a note of 1 to 500 characters why it is given up.');
  const { rows } = await tx.query<{ consumer_name: string }>(
    `update consumer_requests set state = 'failed', ended_at = now(), last_error = $2
     where id = $1 and ended_at is null and kind = 'rebuild' and state <> 'waiting' returning consumer_name`,
    [id, `given up: ${note}`],
  );
  const [given] = rows;
  if (given) return releaseFromRebuild(tx, given.consumer_name, id);
  const [request] = await listRequests(tx, { id });
  if (!request) throw new DomainError('not_found', 'There is no such request: check its id.');
  throw violated(
    'not_begun',
    `This ${request.kind} is ${request.state}: cancel it without force, if it has not ended.`,
  );
}

/** Ends a request before its time. A rebuild that has begun to clear can't be: its read model would stay half. A projection's can: it is never half. Throws not_found, rule_violated. */
export async function cancelRequest(tx: Tx, id: string): Promise<void> {
  const { rowCount } = await tx.query(
    `update consumer_requests set state = 'cancelled', ended_at = now() where id = $1 and ended_at is null and (kind = 'replay' or state in ('waiting', 'comparing', 'sweeping'))`,
    [id],
  );
  if (rowCount === 1) return;
  const [request] = await listRequests(tx, { id });
  if (!request) throw new DomainError('not_found', 'There is no such request: check its id.');
  throw violated(
    'not_cancellable',
    `This ${request.kind} is ${request.state}: it can not be cancelled any more.${request.endedAt === null ? ' Force it (with a note) to leave its read model incomplete.' : ''}`,
  );
}

const toDate = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
