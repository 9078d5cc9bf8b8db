// The ledger's facts about events, effects and sagas, read as superuser: row-level security hides nothing from it.
import type pg from 'pg';
import type { LedgerEffect, LedgerEvent, LedgerSaga } from '../invariants.ts';

/** All rows of the outbox. */
export async function readEvents(admin: pg.Pool): Promise<LedgerEvent[]> {
  const { rows } = await admin.query<{
    event_id: string;
    aggregate_id: string;
    aggregate_sequence: number | string;
    event_type: string;
    status: string;
    tenant_id: string;
  }>('select event_id, aggregate_id, aggregate_sequence, event_type, status, tenant_id from outbox_events');
  return rows.map((row) => ({
    eventId: row.event_id,
    aggregateId: row.aggregate_id,
    sequence: Number(row.aggregate_sequence),
    type: row.event_type,
    status: row.status,
    tenantId: row.tenant_id,
  }));
}

/** Table of the recorded effects. A doubled one is a row more, not an error. */
export async function createEffectTable(admin: pg.Pool): Promise<void> {
  await admin.query(
    `create table chaos_effects (position bigint generated always as identity, consumer text not null, event_id uuid not null,
       aggregate_id uuid not null, sequence bigint not null, tenant_id text not null, foreign_rows integer not null,
       made_at timestamptz not null default clock_timestamp());
     grant select, insert on chaos_effects to app_user, app_system`,
  );
}

/** The recorded effects, and the entries of the timeline, which are effects of contact_event_consumer. */
export async function readEffects(admin: pg.Pool): Promise<LedgerEffect[]> {
  const { rows } = await admin.query<{
    consumer: string;
    event_id: string;
    aggregate_id: string;
    sequence: number | string;
    tenant_id: string;
    foreign_rows: number;
  }>(
    `(select consumer, event_id, aggregate_id, sequence, tenant_id, foreign_rows from chaos_effects order by position)
     union all
     (select 'contact_event_consumer', event_id, (payload ->> 'aggregateId')::uuid, (payload ->> 'sequence')::bigint, tenant_id, 0
      from contact_events order by position)`,
  );
  return rows.map((row) => ({
    consumer: row.consumer,
    eventId: row.event_id,
    aggregateId: row.aggregate_id,
    sequence: Number(row.sequence),
    tenantId: row.tenant_id,
    foreignRows: row.foreign_rows,
  }));
}

/** All sagas with their steps. A step's net effect is 1 while it is done, and 0 else. */
export async function readSagas(admin: pg.Pool): Promise<LedgerSaga[]> {
  const { rows } = await admin.query<{ correlation_id: string; state: string; steps: LedgerSaga['steps'] }>(
    `select saga.correlation_id, saga.state, coalesce(jsonb_agg(jsonb_build_object('step', step.step, 'state', step.state,
       'effects', case when step.state = 'done' then 1 else 0 end)) filter (where step.step is not null), '[]') as steps
     from sagas saga left join saga_steps step on step.tenant_id = saga.tenant_id and step.workflow_id = saga.workflow_id
     group by saga.tenant_id, saga.correlation_id, saga.state`,
  );
  return rows.map(({ correlation_id, state, steps }) => ({ correlationId: correlation_id, state, steps }));
}
