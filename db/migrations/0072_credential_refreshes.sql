-- Refreshes of OAuth credentials: one row for each, of which a credential has one that has not ended. Its id is the correlation id of its saga.
create table credential_refreshes (
  id uuid primary key, tenant_id text not null references tenants, credential_id uuid not null, requested_at timestamptz not null default now(),
  attempts integer not null default 0, ended_at timestamptz, outcome text,
  foreign key (tenant_id, credential_id) references credentials (tenant_id, id)
);
create unique index credential_refreshes_open on credential_refreshes (tenant_id, credential_id) where ended_at is null;
create index credential_refreshes_list on credential_refreshes (tenant_id, credential_id, requested_at, id);
select protect_tenant_table('credential_refreshes', 'select, insert, update', 'select, insert, update');

-- A run whose workflow was terminated is given up by the schedule, so that it keeps no other from beginning.
grant update (ended_at, outcome) on contact_list_runs to app_system;

-- The schedule looks for credentials whose time is over, or comes, of all tenants; never at a secret.
create policy system on credentials for select to app_system using (true);
grant select (id, tenant_id, credential_type, status, secret_names, expires_at, refreshed_at, created_at, deleted_at) on credentials to app_system;
create policy system on credential_secrets for select to app_system using (true);
grant select (credential_id, tenant_id, changed_at) on credential_secrets to app_system;
create index credentials_expiring on credentials (expires_at) where status = 'active' and deleted_at is null and expires_at is not null;
