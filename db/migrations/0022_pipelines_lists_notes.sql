-- Pipelines with their statuses, contact lists with their members, notes.
create table pipelines (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, description text, color text, active boolean not null, status_ids jsonb not null,
  lead_qualification_enabled boolean not null, lead_qualification jsonb, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create unique index pipelines_name on pipelines (tenant_id, project_id, lower(name));
select protect_tenant_table('pipelines', 'select, insert, update', '');

create table pipeline_statuses (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  pipeline_id uuid not null, name text not null, status_type text not null, description text, color text, active boolean not null,
  created_at timestamptz not null, removed_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id),
  foreign key (tenant_id, pipeline_id) references pipelines (tenant_id, id)
);
create unique index pipeline_statuses_name on pipeline_statuses (tenant_id, pipeline_id, lower(name)) where removed_at is null;
select protect_tenant_table('pipeline_statuses', 'select, insert, update', '');

-- filter_rules: of dynamic lists. recalculation: what one that is under way has done so far; last_recalculation: what the last one did.
create table contact_lists (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, description text, is_static boolean not null, logical_operator text not null, filter_rules jsonb not null,
  recalculation jsonb, last_recalculation jsonb, created_at timestamptz not null, deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create unique index contact_lists_name on contact_lists (tenant_id, project_id, lower(name)) where deleted_at is null;
select protect_tenant_table('contact_lists', 'select, insert, update', '');

-- A contact's place in a list: an aggregate of its own, so that a list of a million contacts is not one hot row. removed_at: it is in the list no longer.
create table contact_list_members (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  list_id uuid not null, contact_id uuid not null, added_at timestamptz not null, removed_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, list_id, contact_id),
  foreign key (tenant_id, list_id) references contact_lists (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index contact_list_members_contact on contact_list_members (tenant_id, contact_id) where removed_at is null;
select protect_tenant_table('contact_list_members', 'select, insert, update', '');

create table notes (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  contact_id uuid not null, session_id uuid, author_id uuid not null, author_type text not null, content text not null,
  note_type text not null, priority text not null, pinned boolean not null, created_at timestamptz not null, updated_at timestamptz,
  deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create index notes_contact on notes (tenant_id, contact_id, id) where deleted_at is null;
select protect_tenant_table('notes', 'select, insert, update', '');

-- Filters of lists ask which kinds of events a contact's timeline has.
create index contact_events_types on contact_events (tenant_id, contact_id, event_type, occurred_at);
