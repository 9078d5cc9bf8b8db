-- What operators and the partition job ask is found by an index, however long the log is; and a consumer that is no more can be forgotten.

-- `processing` is never written: with it no partial index could answer, and every month was read from end to end, under a lock at that.
create or replace function drop_outbox_partition(part text, keep_days integer) returns text
language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '1s' set enable_seqscan = off as $$
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
  execute format($sql$select exists (select from %1$I where status = 'pending') or exists (select from %1$I where status = 'failed')$sql$, part) into is_open;
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

-- A consumer that is in no process's table any more is forgotten with what waited for it (`npm run consumers -- retire`).
grant delete on consumer_status, consumer_controls, consumer_starts, consumer_positions to app_system;
