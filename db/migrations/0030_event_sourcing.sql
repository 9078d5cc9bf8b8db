-- Event sourcing, whole: snapshots, what a fold begins with where the log does not go back to the beginning, and the way by which a further aggregate comes
-- to live from its events. The pipeline goes it.

-- What the fold of an aggregate's events gave at one of them, so that those before need not be read. Nothing but a saving: any of them, or all, may be deleted.
-- as_of: the latest moment of all events up to this one. schema_hash: of what form the state is; content_hash: of everything in the row.
create table event_snapshots (
  aggregate_type text not null,
  aggregate_id uuid not null,
  sequence_number bigint not null,
  tenant_id text not null,
  event_id uuid not null,
  as_of timestamptz not null,
  schema_hash text not null,
  state text not null,
  content_hash text not null,
  created_at timestamptz not null default now(),
  primary key (aggregate_type, aggregate_id, sequence_number)
);
select protect_tenant_table('event_snapshots', 'select, insert', '');

-- The row of an aggregate whose first events are no longer known, as it was when its aggregate came to live from its events. No saving: what was before is not known.
create table event_store_bases (
  aggregate_type text not null,
  aggregate_id uuid not null,
  sequence_number bigint not null,
  tenant_id text not null,
  as_of timestamptz not null,
  state jsonb not null,
  primary key (aggregate_type, aggregate_id)
);
select protect_tenant_table('event_store_bases', 'select', '');

-- For processes of the release before, which know nothing of it yet: their events are kept too. Those of newer ones are there already.
create function keep_in_event_store() returns trigger language plpgsql as $$
begin
  insert into event_store (id, aggregate_id, aggregate_type, event_type, event_version, sequence_number, event_data, metadata, occurred_at,
    tenant_id, project_id, causation_id, correlation_id)
  values (new.event_id, new.aggregate_id, new.aggregate_type, new.event_type, new.event_version, new.aggregate_sequence, new.event_data,
    new.metadata, new.created_at, new.tenant_id, new.project_id, coalesce((new.metadata ->> 'causation_id')::uuid, new.correlation_id), new.correlation_id)
  on conflict (aggregate_type, aggregate_id, sequence_number) do nothing;
  return null;
end $$;

-- Lets an aggregate live from its events from now on: a part of the event store, with the events that the log still has of it. Of which it has not all, gets
-- its row as it is as the base of the fold. `state_table`: where its rows are. For migrations, which run as the owner.
create function live_from_events(aggregate text, state_table regclass) returns void language plpgsql as $$
declare
  part text := aggregate || '_event_store';
begin
  -- In the order in which writers take them. To the end of the migration nobody writes an event: those that are there are copied, those that come meet the trigger.
  execute format('lock table %s, event_store, outbox_events in access exclusive mode', state_table);
  execute format('create table %I partition of event_store for values in (%L)', part, aggregate);
  perform protect_tenant_table(part::regclass, 'select, insert', '');
  execute format('create trigger %I after insert on outbox_events for each row when (new.aggregate_type = %L) execute function keep_in_event_store()',
    aggregate || '_events_of_older_processes', aggregate);
  -- Its owner sees no row of a table with forced row-level security.
  alter table outbox_events no force row level security;
  alter table event_store no force row level security;
  alter table event_store_bases no force row level security;
  execute format('alter table %s no force row level security', state_table);
  execute format($sql$
    insert into event_store (id, aggregate_id, aggregate_type, event_type, event_version, sequence_number, event_data, metadata, occurred_at,
      tenant_id, project_id, causation_id, correlation_id)
    select distinct on (event.aggregate_id, event.aggregate_sequence) event.event_id, event.aggregate_id, event.aggregate_type, event.event_type,
      event.event_version, event.aggregate_sequence, event.event_data, event.metadata, event.created_at, event.tenant_id, event.project_id,
      coalesce((event.metadata ->> 'causation_id')::uuid, event.correlation_id), event.correlation_id
    from %1$s state join outbox_events event on event.aggregate_id = state.id and event.tenant_id = state.tenant_id and event.aggregate_type = %2$L
    where event.aggregate_sequence between 1 and state.sequence
      and state.sequence = (select count(distinct every.aggregate_sequence) from outbox_events every where every.aggregate_id = state.id
        and every.tenant_id = state.tenant_id and every.aggregate_type = %2$L and every.aggregate_sequence between 1 and state.sequence)
    order by event.aggregate_id, event.aggregate_sequence, event.id$sql$, state_table, aggregate);
  execute format($sql$
    insert into event_store_bases (aggregate_type, aggregate_id, sequence_number, tenant_id, as_of, state)
    select %2$L, state.id, state.sequence, state.tenant_id, clock_timestamp(), to_jsonb(state) from %1$s state
    where not exists (select from event_store known where known.aggregate_type = %2$L and known.aggregate_id = state.id)$sql$, state_table, aggregate);
  alter table outbox_events force row level security;
  alter table event_store force row level security;
  alter table event_store_bases force row level security;
  execute format('alter table %s force row level security', state_table);
end $$;
revoke execute on function live_from_events(text, regclass) from public;

select live_from_events('pipeline', 'pipelines');
