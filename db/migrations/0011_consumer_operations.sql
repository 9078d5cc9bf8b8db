-- What operators see of the consumers and ask of them: how each was last seen, events to be sent again to one of them, replays and rebuilds.

-- One row a consumer, written by the consumer processes: what it is, how its queues were last seen. Installation-wide, no tenant's data.
-- done_up_to: all of its events up to this position of the log have taken effect, are parked or were given up.
create table consumer_status (
  consumer_name text primary key,
  ordered boolean not null,
  event_types text[] not null,
  queue text not null,
  dead_queue text not null,
  rebuild_refusal text,
  ready bigint,
  unacked bigint,
  subscribers integer,
  dead_ready bigint,
  problem text,
  looked_at timestamptz,
  done_up_to bigint not null default 0
);
grant select on consumer_status to app_user;
grant select, insert, update on consumer_status to app_system;

-- Events that one consumer shall get again: redriven dead letters, and skip markers of discarded ones. A row goes once the broker has the message.
create table consumer_resends (
  consumer_name text not null,
  event_id uuid not null,
  tenant_id text not null,
  skip boolean not null,
  requested_at timestamptz not null default now(),
  primary key (consumer_name, event_id)
);
select protect_tenant_table('consumer_resends', 'select, insert, update, delete', 'select, insert, update, delete');

-- Dead letters that an operator gave up for good: this consumer passes over them, in replays and rebuilds too.
create table discarded_letters (
  consumer_name text not null,
  event_id uuid not null,
  tenant_id text not null,
  event_type text not null,
  aggregate_id uuid not null,
  attempts integer not null,
  last_error text not null,
  note text not null,
  discarded_at timestamptz not null default now(),
  primary key (consumer_name, event_id)
);
select protect_tenant_table('discarded_letters', 'select, insert', 'select, insert');

-- Replays and rebuilds: asked for here, carried out by a consumer process that holds the row's lease. tenant_id null: of all tenants.
create table consumer_requests (
  id uuid primary key,
  consumer_name text not null,
  kind text not null check (kind in ('replay', 'rebuild')),
  tenant_id text,
  range_from timestamptz,
  range_to timestamptz,
  event_types text[],
  state text not null default 'waiting' check (state in ('waiting', 'clearing', 'sending', 'settling', 'done', 'failed', 'cancelled')),
  total bigint not null,
  cleared bigint not null default 0,
  sent bigint not null default 0,
  settled bigint not null default 0,
  -- One tenant after the other, each up to end_position in order of position: how far it has got.
  at_tenant text,
  position bigint not null default 0,
  end_position bigint,
  owner uuid,
  leased_until timestamptz,
  last_error text,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index consumer_requests_open on consumer_requests (consumer_name, requested_at) where ended_at is null;
select protect_tenant_table('consumer_requests', 'select, insert, update', 'select, insert, update');

-- Discarding claims the event; rebuilding clears what a consumer has made and begins anew.
grant insert on processed_events to app_system;
grant insert, update on consumer_positions to app_system;
grant delete on contact_events, message_deliveries to app_system;
grant select on consumer_controls to app_user;
