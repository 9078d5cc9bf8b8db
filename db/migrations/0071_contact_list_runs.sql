-- Recalculations of contact lists as runs: asked for by a person or the schedule, one of a list at a time, seen while they are under way, taken back when they
-- do not come to their end.
create table contact_list_runs (
  id uuid primary key, tenant_id text not null references tenants, list_id uuid not null, requested_at timestamptz not null default now(),
  to_change integer, changed integer not null default 0, ended_at timestamptz, outcome text,
  unique (tenant_id, id),
  foreign key (tenant_id, list_id) references contact_lists (tenant_id, id)
);
create unique index contact_list_runs_open on contact_list_runs (tenant_id, list_id) where ended_at is null;
create index contact_list_runs_list on contact_list_runs (tenant_id, list_id, requested_at, id);
select protect_tenant_table('contact_list_runs', 'select, insert, update', 'select, insert');

-- What a run has changed, until it has ended: by this it is taken back. was_member: before the run.
create table contact_list_run_changes (
  tenant_id text not null references tenants, run_id uuid not null, contact_id uuid not null, was_member boolean not null,
  primary key (run_id, contact_id),
  foreign key (tenant_id, run_id) references contact_list_runs (tenant_id, id)
);
select protect_tenant_table('contact_list_run_changes', 'select, insert, delete', '');

-- The schedule looks for lists that are due, of all tenants.
create policy system on contact_lists for select to app_system using (true);
grant select (id, tenant_id, is_static, last_recalculation, created_at, deleted_at) on contact_lists to app_system;
create index contact_lists_dynamic on contact_lists (tenant_id, id) where not is_static and deleted_at is null;
