-- The outbox (also the log for rebuilds and audit), the event store with its snapshots, idempotency of consumers, requests and saga steps.
create sequence outbox_events_id_seq;
grant usage on sequence outbox_events_id_seq to app_user, app_system;

-- id is the position: order inside an aggregate, because event n+1 is only written after n committed. created_at is the moment drawn with the event id.
create table outbox_events (
  id bigint not null default nextval('outbox_events_id_seq'),
  event_id uuid not null,
  aggregate_id uuid not null,
  aggregate_type text not null,
  aggregate_sequence bigint not null,
  event_type text not null,
  event_version text not null check (event_version ~ '^v[0-9]+$'),
  event_data jsonb not null,
  metadata jsonb not null,
  correlation_id uuid not null,
  tenant_id text not null,
  project_id uuid,
  created_at timestamptz not null,
  partition_key smallint not null generated always as ((uuid_hash_extended(aggregate_id, 0) & 63)::smallint) stored,
  status text not null default 'pending' check (status in ('pending', 'processing', 'processed', 'failed', 'discarded')),
  processed_at timestamptz,
  retry_count integer not null default 0,
  next_attempt_at timestamptz,
  last_retry_at timestamptz,
  last_error text,
  primary key (event_id, created_at)
) partition by range (created_at);

create table outbox_events_default partition of outbox_events default;
create index outbox_pending on outbox_events (partition_key, id) where status = 'pending';
create index outbox_failed on outbox_events (tenant_id, id) where status in ('failed', 'discarded');
create index outbox_aggregate on outbox_events (aggregate_id, aggregate_sequence);
create index outbox_tenant_type on outbox_events (tenant_id, event_type, id);
create index outbox_correlation on outbox_events (correlation_id);
select protect_tenant_table('outbox_events', 'select, insert, update', 'select, insert, update');

-- Makes the monthly partitions from this month to `months_ahead`. Security definer (the only listed one): whoever calls it needs no right to create tables.
create function ensure_outbox_partitions(months_ahead integer default 2) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  first date := date_trunc('month', now())::date;
  month date;
  made integer := 0;
begin
  for i in 0..months_ahead loop
    month := first + (i || ' months')::interval;
    if to_regclass(format('outbox_events_%s', to_char(month, 'YYYY_MM'))) is null then
      execute format('create table outbox_events_%s partition of outbox_events for values from (%L) to (%L)',
        to_char(month, 'YYYY_MM'), month, (month + interval '1 month')::date);
      execute format('alter table outbox_events_%s enable row level security', to_char(month, 'YYYY_MM'));
      execute format('alter table outbox_events_%s force row level security', to_char(month, 'YYYY_MM'));
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
select ensure_outbox_partitions(2);
revoke execute on function ensure_outbox_partitions(integer) from public;
grant execute on function ensure_outbox_partitions(integer) to app_system;
alter table outbox_events_default enable row level security;
alter table outbox_events_default force row level security;

create table event_store (
  id uuid not null,
  aggregate_id uuid not null,
  aggregate_type text not null,
  event_type text not null,
  event_version text not null,
  sequence_number bigint not null,
  event_data jsonb not null,
  metadata jsonb not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  tenant_id text not null,
  project_id uuid,
  causation_id uuid not null,
  correlation_id uuid not null,
  primary key (aggregate_type, aggregate_id, sequence_number)
) partition by list (aggregate_type);
create table contact_event_store partition of event_store for values in ('contact');
create table session_event_store partition of event_store for values in ('session');
create table campaign_event_store partition of event_store for values in ('campaign');
select protect_tenant_table('event_store', 'select, insert', '');
select protect_tenant_table('contact_event_store', 'select, insert', '');
select protect_tenant_table('session_event_store', 'select, insert', '');
select protect_tenant_table('campaign_event_store', 'select, insert', '');

-- A consumer's claim of an event: in the transaction of its effect.
create table processed_events (
  event_id uuid not null,
  consumer_name text not null,
  tenant_id text not null,
  processed_at timestamptz not null default now(),
  processing_duration_ms integer not null default 0,
  primary key (consumer_name, event_id)
);
select protect_tenant_table('processed_events', 'select, insert, update', 'select, delete');

-- An API request's key: claimed in the command's transaction, holding the answer (sealed by the tenant's key) for 24 hours.
create table idempotency_keys (
  tenant_id text not null references tenants,
  key text not null check (length(key) between 1 and 255),
  request_hash bytea not null,
  response_status integer not null,
  response text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, key)
);
create index idempotency_expiry on idempotency_keys (expires_at);
select protect_tenant_table('idempotency_keys', 'select, insert, delete', 'select, delete');

-- One row a saga, written by its steps' own commits; the read model of lists.
create table sagas (
  tenant_id text not null references tenants,
  correlation_id uuid not null,
  workflow_id text not null unique,
  run_id text,
  saga_type text not null,
  state text not null check (state in ('running', 'stuck', 'compensating', 'completed', 'compensated', 'failed')),
  step text,
  step_number integer not null default 0,
  reason text,
  subject_ids jsonb not null default '{}',
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (tenant_id, correlation_id)
);
create index sagas_list on sagas (tenant_id, started_at desc, correlation_id);
create index sagas_open on sagas (tenant_id, state) where state in ('running', 'stuck', 'compensating');
select protect_tenant_table('sagas', 'select, insert, update', 'select');

-- A step's claim: `done` in the transaction of its effect, with what it made; `forbidden` when the undo came first, so that the step can never run later.
create table saga_steps (
  tenant_id text not null references tenants,
  workflow_id text not null,
  step text not null,
  step_number integer not null,
  correlation_id uuid not null,
  state text not null check (state in ('done', 'undone', 'forbidden', 'skipped')),
  result jsonb not null default '{}',
  done_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (tenant_id, workflow_id, step)
);
create index saga_steps_correlation on saga_steps (tenant_id, correlation_id, step_number);
select protect_tenant_table('saga_steps', 'select, insert, update', '');
-- Who else builds on what a step made: asked before an undo takes it away.
create index saga_steps_contact on saga_steps (tenant_id, (result ->> 'contactId')) where step = 'contact';
create index saga_steps_session on saga_steps (tenant_id, (result ->> 'sessionId')) where step = 'session';
create index saga_steps_chat on saga_steps (tenant_id, (result ->> 'chatId')) where step = 'session';
