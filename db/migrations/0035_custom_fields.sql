-- Custom fields of contacts: their definitions, which change without an event, and what contacts have in them, sealed.
create table custom_fields (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  key text not null, label text not null, type text not null, options jsonb, created_at timestamptz not null, updated_at timestamptz,
  deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create unique index custom_fields_key on custom_fields (tenant_id, project_id, key) where deleted_at is null;
select protect_tenant_table('custom_fields', 'select, insert, update', '');

alter table contacts add column custom_fields text;

-- Which contacts have which value, by a keyed hash: lists can ask for equal ones and whether there is one.
create table contact_custom_values (
  tenant_id text not null references tenants, contact_id uuid not null, key text not null, value_index text not null,
  primary key (tenant_id, contact_id, key),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index contact_custom_values_value on contact_custom_values (tenant_id, key, value_index);
select protect_tenant_table('contact_custom_values', 'select, insert, update, delete', '');
