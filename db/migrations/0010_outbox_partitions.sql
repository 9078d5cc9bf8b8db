-- The outbox's partitions of time: made ahead, healed when a row came before its month, dropped after their retention; and one index that serves more.

-- The log of a tenant is read in order of position, with or without a type: the type is looked at inside the index. Before, reading without one sorted it all.
drop index outbox_tenant_type;
create index outbox_tenant on outbox_events (tenant_id, id, event_type);

-- Every mark leaves a dead row and dead entries behind: clean up long before a fifth of a month is dead.
do $$
declare part regclass;
begin
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'outbox_events'::regclass loop
    execute format('alter table %s set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_scale_factor = 0.05)', part);
  end loop;
end $$;

-- One row a partition; both times null: the one for what has no month.
create view outbox_partitions with (security_invoker = true) as
select part.relname as name,
  substring(pg_get_expr(part.relpartbound, part.oid) from $re$FROM \('([^']+)'\)$re$)::timestamptz as from_at,
  substring(pg_get_expr(part.relpartbound, part.oid) from $re$TO \('([^']+)'\)$re$)::timestamptz as to_at,
  pg_total_relation_size(part.oid) as bytes
from pg_inherits join pg_class part on part.oid = inhrelid
where inhparent = 'outbox_events'::regclass;
grant select on outbox_partitions to app_system;

-- Makes monthly partitions from the last one on to `months_ahead` after the month of `moment`, without a gap; answers how many. Months are UTC's. What lies
-- in the default partition already (a clock was ahead, or nobody made partitions for long) moves into its month. Security definer, as the next one: whoever
-- calls it needs no right to create tables. Two at once: the second has nothing to do.
drop function ensure_outbox_partitions(integer);
create function ensure_outbox_partitions(months_ahead integer default 2, moment timestamptz default clock_timestamp()) returns integer
language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
  target timestamptz := date_trunc('month', moment) + make_interval(months => months_ahead + 1);
  lower_end timestamptz;
  upper_end timestamptz;
  part text;
  columns text;
  made integer := 0;
begin
  if not pg_try_advisory_xact_lock(7252003) then return 0; end if;
  select coalesce(max(to_at), date_trunc('month', moment)) into lower_end from outbox_partitions;
  while lower_end < target loop
    -- From where the last one ends, be it midnight somewhere else, to the next end of a month.
    upper_end := date_trunc('month', lower_end + interval '45 days');
    part := 'outbox_events_' || to_char(upper_end - interval '1 month', 'YYYY_MM');
    execute format('create table %I (like outbox_events including all)', part);
    execute format('alter table %I set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_scale_factor = 0.05)', part);
    begin
      execute format('alter table outbox_events attach partition %I for values from (%L) to (%L)', part, lower_end, upper_end);
    exception when check_violation then
      -- Its owner sees no row of a table with forced row-level security.
      alter table outbox_events_default no force row level security;
      select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
      where attrelid = 'outbox_events'::regclass and attnum > 0 and not attisdropped and attgenerated = '';
      execute format('with moved as (delete from outbox_events_default where created_at >= $1 and created_at < $2 returning %1$s)
        insert into %2$I (%1$s) select %1$s from moved', columns, part) using lower_end, upper_end;
      alter table outbox_events_default force row level security;
      execute format('alter table outbox_events attach partition %I for values from (%L) to (%L)', part, lower_end, upper_end);
    end;
    execute format('alter table %I enable row level security', part);
    execute format('alter table %I force row level security', part);
    made := made + 1;
    lower_end := upper_end;
  end loop;
  return made;
end $$;

-- Drops a partition whose every row is older than `keep_days` and done with. Answers null when it is gone, else why it stays.
create function drop_outbox_partition(part text, keep_days integer) returns text
language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
  end_at timestamptz;
  is_open boolean;
begin
  if keep_days < 1 then raise exception 'keep at least a day' using errcode = 'invalid_parameter_value'; end if;
  if not pg_try_advisory_xact_lock(7252003) then return 'another process is changing the partitions'; end if;
  select to_at into end_at from outbox_partitions where name = part;
  if not found then return 'there is no such partition'; end if;
  if end_at is null or end_at > clock_timestamp() - make_interval(days => keep_days) then return 'younger than the retention'; end if;
  -- First the whole, then its part, as every reader does; from here on nobody writes what is checked below.
  lock table only outbox_events in access exclusive mode;
  execute format('alter table %I no force row level security', part);
  execute format($sql$select exists (select from %1$I where status = 'pending') or exists (select from %1$I where status in ('failed', 'processing'))$sql$, part) into is_open;
  if is_open then
    execute format('alter table %I force row level security', part);
    return 'it holds events that are not sent';
  end if;
  execute format('drop table %I', part);
  return null;
end $$;

revoke execute on function ensure_outbox_partitions(integer, timestamptz), drop_outbox_partition(text, integer) from public;
grant execute on function ensure_outbox_partitions(integer, timestamptz), drop_outbox_partition(text, integer) to app_system;
select ensure_outbox_partitions(2);
