-- Roles, the row-level security helper, tenants, their keys and their API keys.
-- app_user: everything a request or an activity does, inside one tenant. app_system: relay, dispatcher, sign-in look-ups; own policies, no BYPASSRLS.
do $$
begin
  if not exists (select from pg_roles where rolname = 'app_user') then create role app_user login nosuperuser nobypassrls; end if;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  if not exists (select from pg_roles where rolname = 'app_system') then create role app_system login nosuperuser nobypassrls; end if;
exception when duplicate_object or unique_violation then null;
end $$;

grant usage on schema public to app_user, app_system;

-- Enables and forces row-level security on a table with tenant_id. After SET LOCAL the setting is '' and not NULL: hence nullif.
create function protect_tenant_table(target regclass, user_rights text, system_rights text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to app_user using (tenant_id = nullif(current_setting(''app.current_tenant'', true), '''')) with check (tenant_id = nullif(current_setting(''app.current_tenant'', true), ''''))', target);
  execute format('grant %s on %s to app_user', user_rights, target);
  if system_rights <> '' then
    execute format('create policy system on %s to app_system using (true) with check (true)', target);
    execute format('grant %s on %s to app_system', system_rights, target);
  end if;
end $$;

create table tenants (
  tenant_id text primary key check (length(tenant_id) between 1 and 64),
  name text not null,
  created_at timestamptz not null default now()
);
select protect_tenant_table('tenants', 'select', 'select, insert');

-- The tenant's key, wrapped by the master key: wraps data keys, derives blind-index keys.
create table tenant_keys (
  tenant_id text primary key references tenants,
  wrapped_key text not null,
  created_at timestamptz not null default now()
);
select protect_tenant_table('tenant_keys', 'select, insert', 'select, insert');

-- One data key per subject (a contact, or another aggregate that holds personal data). Null: destroyed; the row stays, so that no new key is ever made.
create table subject_keys (
  tenant_id text not null references tenants,
  subject_id uuid not null,
  wrapped_key text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, subject_id)
);
select protect_tenant_table('subject_keys', 'select, insert, update', '');

create table api_keys (
  id uuid primary key,
  tenant_id text not null references tenants,
  name text not null,
  key_prefix text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
select protect_tenant_table('api_keys', 'select, insert, update', 'select, insert, update');
