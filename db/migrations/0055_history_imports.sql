-- Imports of what was exchanged before a channel was connected: how far each is, its chats, and what it made, as long as that may be taken back.

create table history_imports (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, channel_id uuid not null, workflow_id text not null,
  strategy text not null, since_at timestamptz, upto_at timestamptz not null, message_limit integer, session_gap_minutes integer not null,
  requests_per_minute integer not null, automations boolean not null, webhooks boolean not null,
  phase text not null, list_offset integer not null default 0, paused_at timestamptz, cancelled_at timestamptz,
  chats_found integer not null default 0, chats_done integer not null default 0, messages_seen integer not null default 0,
  messages_imported integer not null default 0, duplicates_skipped integer not null default 0, chats_imported integer not null default 0,
  contacts_created integer not null default 0, sessions_created integer not null default 0,
  started_at timestamptz not null, ended_at timestamptz, reason text, active_ms bigint not null default 0, updated_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create index history_imports_channel on history_imports (tenant_id, channel_id, started_at desc);
select protect_tenant_table('history_imports', 'select, insert, update', '');

-- One row a chat of the gateway's. address is sealed by the tenant's key; address_index finds it again. cursor: where the next page begins.
create table history_import_chats (
  tenant_id text not null references tenants, import_id uuid not null, position integer not null, address text not null, address_index text not null,
  since_at timestamptz, is_placed boolean not null default false, next_offset integer not null default 0, cursor jsonb not null default '{}',
  imported integer not null default 0, done_at timestamptz,
  primary key (tenant_id, import_id, position),
  unique (tenant_id, import_id, address_index),
  foreign key (tenant_id, import_id) references history_imports (tenant_id, id)
);
create index history_import_chats_open on history_import_chats (tenant_id, import_id, position) where done_at is null;
select protect_tenant_table('history_import_chats', 'select, insert, update, delete', '');

-- What an import made, a row a thing: taken back from here, and gone once nothing is to be taken back any more.
create table history_import_items (
  tenant_id text not null references tenants, import_id uuid not null, kind text not null, id uuid not null, detail jsonb not null default '{}',
  primary key (tenant_id, import_id, kind, id),
  foreign key (tenant_id, import_id) references history_imports (tenant_id, id)
);
select protect_tenant_table('history_import_items', 'select, insert, update, delete', '');

-- Which of a contact's sessions a message of the past belongs to.
create index sessions_contact on sessions (tenant_id, contact_id, channel_id, started_at);
