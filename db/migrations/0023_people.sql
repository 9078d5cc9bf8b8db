-- Users, agents with what they sign in with, their part in sessions, project members, credentials.
create table users (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null,
  name text not null, email text not null, email_index text not null, created_at timestamptz not null, deleted_at timestamptz,
  unique (tenant_id, id)
);
create unique index users_email on users (tenant_id, email_index) where deleted_at is null;
select protect_tenant_table('users', 'select, insert, update', '');

create table agents (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, email text, email_index text, type text not null, role text not null, status text not null, permissions jsonb not null,
  last_login_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create unique index agents_email on agents (tenant_id, email_index) where email_index is not null;
-- app_system looks a token's agent up before the tenant is known.
select protect_tenant_table('agents', 'select, insert, update', 'select');

-- The argon2id hash, sealed by the tenant's key: whoever has the rows alone can't even begin to guess.
create table agent_passwords (
  agent_id uuid primary key, tenant_id text not null references tenants, password_hash text not null, set_at timestamptz not null default now(),
  foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
select protect_tenant_table('agent_passwords', 'select, insert, update', '');

-- Failed sign-ins by address, whether an agent has it or not: a lock tells nothing.
create table sign_in_attempts (
  tenant_id text not null references tenants, email_index text not null, failed integer not null, locked_until timestamptz,
  last_failed_at timestamptz not null default now(),
  primary key (tenant_id, email_index)
);
select protect_tenant_table('sign_in_attempts', 'select, insert, update, delete', 'select, delete');

-- One row a sign-in. Of the tokens only SHA-256 hashes; former_refresh_hash knows a refresh token that comes back.
create table agent_sign_ins (
  id uuid primary key, tenant_id text not null references tenants, agent_id uuid not null,
  token_hash bytea not null unique, token_expires_at timestamptz not null,
  refresh_hash bytea not null unique, former_refresh_hash bytea unique, expires_at timestamptz not null,
  created_at timestamptz not null default now(), ended_at timestamptz, end_reason text,
  foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create index agent_sign_ins_agent on agent_sign_ins (tenant_id, agent_id) where ended_at is null;
create index agent_sign_ins_old on agent_sign_ins (expires_at);
select protect_tenant_table('agent_sign_ins', 'select, insert, update', 'select, delete');

-- Shown once, used once: to set a password, to accept an invitation. Only the hash.
create table one_time_tokens (
  token_hash bytea primary key, tenant_id text not null references tenants, purpose text not null, subject_id uuid not null,
  expires_at timestamptz not null, created_at timestamptz not null default now(),
  unique (tenant_id, purpose, subject_id)
);
select protect_tenant_table('one_time_tokens', 'select, insert, update, delete', 'select, delete');

create table agent_sessions (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  agent_id uuid not null, session_id uuid not null, joined_at timestamptz not null, left_at timestamptz, leave_reason text, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, agent_id) references agents (tenant_id, id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create unique index agent_sessions_active on agent_sessions (tenant_id, agent_id, session_id) where left_at is null;
create index agent_sessions_session on agent_sessions (tenant_id, session_id, id);
select protect_tenant_table('agent_sessions', 'select, insert, update', '');

create table project_members (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  agent_id uuid, email text not null, email_index text not null, role text not null, invited_by uuid not null, invited_at timestamptz not null,
  accepted_at timestamptz, removed_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id),
  foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create unique index project_members_email on project_members (tenant_id, project_id, email_index) where removed_at is null;
select protect_tenant_table('project_members', 'select, insert, update', '');

create table credentials (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid, sequence bigint not null,
  credential_type text not null, name text not null, status text not null, secret_names jsonb not null,
  expires_at timestamptz, refreshed_at timestamptz, last_used_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select protect_tenant_table('credentials', 'select, insert, update', '');

-- Sealed by the tenant's key; apart from the credential, so that no query of credentials can leak them.
create table credential_secrets (
  credential_id uuid primary key, tenant_id text not null references tenants, secrets text not null, changed_at timestamptz not null default now(),
  foreign key (tenant_id, credential_id) references credentials (tenant_id, id)
);
select protect_tenant_table('credential_secrets', 'select, insert, update', '');
