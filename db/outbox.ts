// Appends events to the outbox (and to the event store of event-sourced aggregates): any number in one statement, sealed before they get here.
import type { SagaMetadata } from '../domain/kernel/envelope.ts';
import type { Tx } from './transaction.ts';

/** One event ready to be written: personal fields sealed, sequence assigned. `createdAt` is the moment its id was drawn with. */
export type OutboxEvent = {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly aggregateType: string;
  readonly sequence: number;
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
  readonly tenantId: string;
  readonly projectId: string | null;
  readonly createdAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string | null;
  readonly saga: SagaMetadata | null;
  readonly eventSourced: boolean;
};

const columns = `event_id uuid, aggregate_id uuid, aggregate_type text, aggregate_sequence bigint, event_type text, event_version text,
  event_data jsonb, metadata jsonb, correlation_id uuid, causation_id uuid, tenant_id text, project_id uuid, created_at timestamptz, event_sourced boolean`;

/** The statement's tail; `$1` is the JSON array of rows. Shared with db/execute, which puts the state's write in front of it. */
export function appendSql(parameter: string, condition: string): string {
  return `given as materialized (select * from jsonb_to_recordset(${parameter}::jsonb) as event (${columns}) ${condition}),
  logged as (
    insert into event_store (id, aggregate_id, aggregate_type, event_type, event_version, sequence_number, event_data, metadata, occurred_at,
      tenant_id, project_id, causation_id, correlation_id)
    select event_id, aggregate_id, aggregate_type, event_type, event_version, aggregate_sequence, event_data, metadata, created_at,
      tenant_id, project_id, causation_id, correlation_id
    from given where event_sourced)
  insert into outbox_events (event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata,
    correlation_id, tenant_id, project_id, created_at)
  select event_id, aggregate_id, aggregate_type, aggregate_sequence, event_type, event_version, event_data, metadata, correlation_id, tenant_id,
    project_id, created_at from given order by aggregate_id, aggregate_sequence`;
}

/** The rows as `$1` of the statement. */
export function appendParameter(events: readonly OutboxEvent[]): string {
  return JSON.stringify(
    events.map((event) => ({
      event_id: event.eventId,
      aggregate_id: event.aggregateId,
      aggregate_type: event.aggregateType,
      aggregate_sequence: event.sequence,
      event_type: event.type,
      event_version: `v${event.version}`,
      event_data: event.data,
      metadata: {
        causation_id: event.causationId,
        ...(event.traceparent !== null && { traceparent: event.traceparent }),
        ...(event.saga && {
          correlation_id: event.saga.correlationId,
          saga_type: event.saga.sagaType,
          saga_step: event.saga.sagaStep,
          step_number: event.saga.stepNumber,
        }),
      },
      correlation_id: event.correlationId,
      causation_id: event.causationId,
      tenant_id: event.tenantId,
      project_id: event.projectId,
      created_at: event.createdAt,
      event_sourced: event.eventSourced,
    })),
  );
}

/** Appends events of any number of aggregates in one statement. Order inside an aggregate is the order of its sequence. */
export async function appendEvents(tx: Tx, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(`with ${appendSql('$1', '')}`, [appendParameter(events)]);
}
