-- What operators ask for, mended: a rebuild keeps what the log has no more, its pause is not the operator's, discarding frees an aggregate whose event is
-- gone, and a month stays while somebody needs its rows.

-- Whether a rebuild may clear what the log has no more.
alter table consumer_requests add column accept_gap boolean not null default false;

-- The rebuild that keeps the consumer still while it clears, apart from an operator's pause: each ends its own.
alter table consumer_controls add column rebuild_id uuid, add column rebuild_since timestamptz;

-- The event's place in its aggregate: a discarded one that the log has no more is passed over there. Null: counted before this column was.
alter table consumer_failures add column sequence bigint;
grant insert on parked_events to app_system;

-- The next function is its owner's, and looks at all tenants' rows.
create policy retention on consumer_failures for select to current_user using (true);
create policy retention on consumer_resends for select to current_user using (true);
create policy retention on consumer_requests for select to current_user using (true);
create policy retention on parked_events for select to current_user using (true);

-- As before, and now it stays too while a replay or rebuild is open, or a consumer's failed, parked or asked-for events lie in it.
create or replace function drop_outbox_partition(part text, keep_days integer) returns text
language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
  end_at timestamptz;
  is_open boolean;
  refusal text;
begin
  if keep_days < 1 then raise exception 'keep at least a day' using errcode = 'invalid_parameter_value'; end if;
  if not pg_try_advisory_xact_lock(7252003) then return 'another process is changing the partitions'; end if;
  select to_at into end_at from outbox_partitions where name = part;
  if not found then return 'there is no such partition'; end if;
  if end_at is null or end_at > clock_timestamp() - make_interval(days => keep_days) then return 'younger than the retention'; end if;
  -- First the whole, then its part, as every reader does; from here on nobody writes what is checked below: whoever asks for a replay reads the log first.
  lock table only outbox_events in access exclusive mode;
  execute format('alter table %I no force row level security', part);
  execute format($sql$select exists (select from %1$I where status = 'pending') or exists (select from %1$I where status in ('failed', 'processing'))$sql$, part) into is_open;
  if is_open then
    refusal := 'it holds events that are not sent';
  else
    select format('a %s of %s is not done yet', kind, consumer_name) into refusal
    from consumer_requests where ended_at is null order by requested_at limit 1;
  end if;
  if refusal is null then
    execute format($sql$
      select string_agg(format('%%s of %%s', found.what, found.consumer_name), ', ' order by found.consumer_name, found.what) from (
        select needed.consumer_name, case needed.kind when 'dead' then 'dead letters' when 'retry' then 'events in retry'
          when 'resend' then 'events to be sent again' else 'parked events' end as what
        from (
          select consumer_name, event_id, case when dead_at is null then 'retry' else 'dead' end as kind from consumer_failures
          union all select consumer_name, event_id, 'resend' from consumer_resends
          union all select consumer_name, event_id, 'parked' from parked_events) needed
        where exists (select from %I event where event.event_id = needed.event_id) group by 1, 2) found$sql$, part) into refusal;
    if refusal is not null then refusal := 'it holds ' || refusal || ': redrive or discard what was given up'; end if;
  end if;
  if refusal is not null then
    execute format('alter table %I force row level security', part);
    return refusal;
  end if;
  execute format('drop table %I', part);
  return null;
end $$;
