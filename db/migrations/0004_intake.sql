-- Gateway events as they arrived. The body is sealed with a key of its own (wrapped by the tenant's key): without body_key it is unreadable.
-- arrival is the order of arrival, and the order of a contact's messages whatever order their sagas commit in.
create table raw_events (
  id uuid primary key,
  tenant_id text not null references tenants,
  channel_id uuid not null,
  arrival bigint generated always as identity,
  gateway_event_id text not null,
  event_name text not null,
  kind text not null,
  message_key uuid,
  body text not null,
  body_key text,
  status text not null check (status in ('stored', 'started', 'waiting', 'processed', 'duplicate', 'ignored', 'compensated', 'failed')),
  workflow_id text,
  run_number integer not null default 1,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  contact_id uuid,
  received_at timestamptz not null default now(),
  settled_at timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, channel_id, gateway_event_id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create index raw_events_open on raw_events (next_attempt_at, arrival) where status in ('stored', 'started');
create index raw_events_waiting on raw_events (tenant_id, message_key) where status = 'waiting';
create index raw_events_message on raw_events (tenant_id, message_key);
create index raw_events_sessions on raw_events (tenant_id, channel_id, arrival) where kind = 'session_status';
create index raw_events_list on raw_events (tenant_id, arrival);
select protect_tenant_table('raw_events', 'select, insert, update', 'select, update');
