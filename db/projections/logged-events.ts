// Events of the log as a rebuild takes them, each with what its consumer has done with it.
import { readEvent } from '../read-event.ts';
import type { Tx } from '../transaction.ts';
import type { ProjectedEvent } from './read-model.ts';

/**
 * An event of the log. `isSent`: the relay is done with it. `isPassedOver`: it was discarded, for all or for this consumer, and makes nothing.
 * `isTaken`: the consumer has claimed it. `hasFailed`: its attempts failed, and it waits for the next or for an operator.
 */
export type LoggedEvent = {
  readonly position: number;
  readonly event: ProjectedEvent;
  readonly isSent: boolean;
  readonly isPassedOver: boolean;
  readonly isTaken: boolean;
  readonly hasFailed: boolean;
};

type LoggedRow = Omit<ProjectedEvent, 'version'> & {
  readonly position: number;
  readonly version: string;
  readonly is_sent: boolean;
  readonly is_passed_over: boolean;
  readonly is_taken: boolean;
  readonly has_failed: boolean;
};

/** $1 is the tenant, $2 the consumer. */
const columns = `event.id as position, event.event_id as id, event.event_type as type, event.event_version as version,
  replace((event.created_at at time zone 'UTC')::text, ' ', 'T') || 'Z' as time, event.tenant_id as "tenantId", event.project_id as "projectId",
  event.aggregate_type as "aggregateType", event.aggregate_id as "aggregateId", event.aggregate_sequence as sequence, event.event_data as data,
  event.status in ('processed', 'discarded') as is_sent,
  event.status = 'discarded' or exists (select from discarded_letters letter where letter.consumer_name = $2 and letter.event_id = event.event_id) as is_passed_over,
  exists (select from processed_events claim where claim.consumer_name = $2 and claim.event_id = event.event_id) as is_taken,
  exists (select from consumer_failures failure where failure.consumer_name = $2 and failure.event_id = event.event_id) as has_failed`;

/** A stretch of the tenant's log. */
export type Place = {
  readonly types: readonly string[];
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
};

/** The next events of the tenant's log, in order of position. */
export async function nextEvents(tx: Tx, consumer: string, place: Place): Promise<LoggedEvent[]> {
  const { rows } = await tx.query<LoggedRow>(
    `select ${columns} from outbox_events event
     where event.tenant_id = $1 and event.id > $3 and event.id <= $4 and event.event_type = any($5) order by event.id limit $6`,
    [tx.tenantId, consumer, place.after, place.upTo, place.types, place.limit],
  );
  return rows.map(toLogged);
}

/** The next aggregates whose beginning the tenant's log has, by the position of their first event. */
export async function nextAggregates(
  tx: Tx,
  place: Place,
): Promise<readonly { readonly position: number; readonly id: string }[]> {
  const { rows } = await tx.query<{ position: number; id: string }>(
    `select event.id as position, event.aggregate_id as id from outbox_events event
     where event.tenant_id = $1 and event.id > $2 and event.id <= $3 and event.event_type = any($4) and event.aggregate_sequence = 1
     order by event.id limit $5`,
    [tx.tenantId, place.after, place.upTo, place.types, place.limit],
  );
  return rows;
}

/** All events of these aggregates, each's in its sequence. */
export async function eventsOfAggregates(tx: Tx, consumer: string, ids: readonly string[]): Promise<LoggedEvent[]> {
  const { rows } = await tx.query<LoggedRow>(
    `select ${columns} from outbox_events event
     where event.tenant_id = $1 and event.aggregate_id = any($3::uuid[]) order by event.aggregate_id, event.aggregate_sequence`,
    [tx.tenantId, consumer, ids],
  );
  return rows.map(toLogged);
}

function toLogged(row: LoggedRow): LoggedEvent {
  const { position, version, is_sent, is_passed_over, is_taken, has_failed, ...event } = row;
  return {
    position,
    // Discarded ones are never looked into.
    event: is_passed_over
      ? { ...event, version: Number(version.slice(1)) }
      : readEvent({ ...event, version: Number(version.slice(1)) }),
    isSent: is_sent,
    isPassedOver: is_passed_over,
    isTaken: is_taken,
    hasFailed: has_failed,
  };
}
