-- The relay's leases and holds, the consumers' attempts, positions and parked events, and the first read models.

-- The relay reads pending rows in order of id over all partitions of time; ownership is a filter.
drop index outbox_pending;
create index outbox_pending on outbox_events (id) where status = 'pending';
-- Rows that hold their aggregate back: waiting for their next try, or given up.
create index outbox_holding on outbox_events (partition_key, id) where status = 'failed' or (status = 'pending' and next_attempt_at is not null);
-- A given-up event that an operator discards is sent as a skip marker, and is `discarded` once that is confirmed.
alter table outbox_events add column discarded_at timestamptz, add column discard_note text;

-- One row a running relay. It lives while it beats: an expired row is dead for good, its process has to join anew.
create table relay_processes (
  id uuid primary key,
  name text not null,
  joined_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
) with (fillfactor = 50);
-- One row a partition. fence grows with every claim: what carries an older one was done by a former owner.
create table relay_leases (
  partition_key smallint primary key check (partition_key between 0 and 63),
  owner uuid,
  fence bigint not null default 0
) with (fillfactor = 50);
insert into relay_leases (partition_key) select generate_series(0, 63);
grant select, insert, update, delete on relay_processes to app_system;
grant select, update on relay_leases to app_system;

-- One beat of a relay: buries the dead, renews itself (or joins), gives back what it has drained, claims up to its fair share of what is free.
-- One statement, so that a stopped process can't stop in the middle of it; database time only.
create function relay_beat(me uuid, process_name text, lease_ms integer, drained smallint[],
  out owned smallint[], out fences bigint[], out surplus smallint[], out processes integer, out next_expiry_ms integer)
language plpgsql as $$
declare
  moment timestamptz;
  rank integer;
  share integer;
  held integer;
  changed boolean := false;
begin
  perform pg_advisory_xact_lock(7252002);
  moment := clock_timestamp();
  with dead as (delete from relay_processes where expires_at <= moment returning id)
  update relay_leases set owner = null where owner in (select id from dead);

  update relay_processes set expires_at = moment + lease_ms * interval '1 millisecond' where id = me;
  if not found then
    insert into relay_processes (id, name, joined_at, expires_at) values (me, process_name, moment, moment + lease_ms * interval '1 millisecond');
    changed := true;
  end if;
  if cardinality(drained) > 0 then
    update relay_leases set owner = null where owner = me and partition_key = any(drained);
    changed := changed or found;
  end if;

  select count(*), count(*) filter (where id < me),
    coalesce(ceil(extract(epoch from min(expires_at) filter (where id <> me) - moment) * 1000), lease_ms)
  into processes, rank, next_expiry_ms from relay_processes;
  share := 64 / processes + case when rank < 64 % processes then 1 else 0 end;
  select count(*) into held from relay_leases where owner = me;
  if held < share then
    update relay_leases set owner = me, fence = fence + 1
    where partition_key in (select partition_key from relay_leases where owner is null order by partition_key limit share - held);
  end if;

  select coalesce(array_agg(partition_key order by partition_key), '{}'), coalesce(array_agg(fence order by partition_key), '{}')
  into owned, fences from relay_leases where owner = me;
  surplus := owned[share + 1:];
  -- A few a rebalance, never one an event: whoever waits for partitions, or has to give some up, beats at once.
  if changed then perform pg_notify('relay_leases', ''); end if;
end $$;

-- Leaves at once: its partitions are free for the others.
create function relay_leave(me uuid) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7252002);
  delete from relay_processes where id = me;
  update relay_leases set owner = null where owner = me;
  perform pg_notify('relay_leases', '');
end $$;
revoke execute on function relay_beat(uuid, text, integer, smallint[]), relay_leave(uuid) from public;
grant execute on function relay_beat(uuid, text, integer, smallint[]), relay_leave(uuid) to app_system;

-- Failed attempts of a consumer, written after the rollback. A row stays until the event has taken effect; dead_at: given up, its message is in the dead-letter queue.
create table consumer_failures (
  consumer_name text not null,
  event_id uuid not null,
  tenant_id text not null,
  event_type text not null,
  aggregate_id uuid not null,
  attempts integer not null,
  last_error text not null,
  first_failed_at timestamptz not null default now(),
  last_failed_at timestamptz not null default now(),
  dead_at timestamptz,
  primary key (consumer_name, event_id)
);
create index consumer_failures_dead on consumer_failures (tenant_id, consumer_name) where dead_at is not null;
select protect_tenant_table('consumer_failures', 'select, insert, update, delete', 'select, insert, update, delete');

-- How far an ordered consumer has got in each aggregate.
create table consumer_positions (
  consumer_name text not null,
  aggregate_id uuid not null,
  tenant_id text not null,
  sequence bigint not null,
  updated_at timestamptz not null default now(),
  primary key (consumer_name, aggregate_id)
);
select protect_tenant_table('consumer_positions', 'select, insert, update', 'select, delete');

-- Events that came to an ordered consumer before their predecessor; they wait here, not in the queue. envelope: as it was delivered, fields sealed.
create table parked_events (
  consumer_name text not null,
  aggregate_id uuid not null,
  sequence bigint not null,
  tenant_id text not null,
  event_id uuid not null,
  skip boolean not null,
  envelope jsonb not null,
  parked_at timestamptz not null default now(),
  primary key (consumer_name, aggregate_id, sequence)
);
create index parked_events_oldest on parked_events (consumer_name, parked_at);
select protect_tenant_table('parked_events', 'select, insert, update, delete', 'select, delete');

-- The timeline of a contact. payload: the event's type, aggregate, sequence and data, personal fields sealed as in the event: opened on read.
-- Read it with a cursor of (transaction_id, position) below pg_snapshot_xmin(pg_current_snapshot()): then no row that commits late is passed over.
create table contact_events (
  id uuid primary key,
  tenant_id text not null references tenants,
  project_id uuid,
  contact_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  category text not null check (category in ('lifecycle', 'profile', 'tags', 'engagement', 'pipeline', 'tracking', 'enrichment', 'message', 'session', 'note', 'campaign')),
  title text not null,
  payload jsonb not null,
  visible_to_client boolean not null,
  visible_to_agent boolean not null,
  priority text not null check (priority in ('low', 'normal', 'high')),
  occurred_at timestamptz not null,
  position bigint generated always as identity,
  transaction_id xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now(),
  unique (tenant_id, event_id)
);
create index contact_events_timeline on contact_events (tenant_id, contact_id, occurred_at desc, id desc);
create index contact_events_stream on contact_events (tenant_id, contact_id, transaction_id, position);
select protect_tenant_table('contact_events', 'select, insert', 'select');

-- How far each message got. Written by one ordered consumer only; times are those the gateway told.
create table message_deliveries (
  message_id uuid primary key,
  tenant_id text not null references tenants,
  project_id uuid,
  contact_id uuid,
  from_me boolean,
  status text not null check (status in ('queued', 'sent', 'delivered', 'read', 'played', 'failed')),
  queued_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  played_at timestamptz,
  failed_at timestamptz,
  failure_reason text,
  last_sequence bigint not null,
  updated_at timestamptz not null default now()
);
create index message_deliveries_list on message_deliveries (tenant_id, status, message_id);
select protect_tenant_table('message_deliveries', 'select, insert, update', 'select');
