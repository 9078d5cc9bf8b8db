-- State of the aggregates of the main job. Columns that hold `enc:v1:…` are sealed by the subject's data key; *_index columns are blind indexes.
create table projects (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null,
  user_id uuid not null, name text not null, created_at timestamptz not null,
  unique (tenant_id, id)
);
select protect_tenant_table('projects', 'select, insert, update', '');

create table channels (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, type text not null, external_id text, status text not null, webhook_url text,
  message_grouping jsonb not null, labels jsonb not null default '[]', last_error text,
  activated_at timestamptz, disconnected_at timestamptz, deleted_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select protect_tenant_table('channels', 'select, insert, update', 'select');

-- The gateway's webhook secret (sealed by the tenant's key); apart from the channel, so that no query of channels can leak it.
create table channel_secrets (
  channel_id uuid primary key, tenant_id text not null references tenants, webhook_secret text not null, rotated_at timestamptz not null default now(),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select protect_tenant_table('channel_secrets', 'select, insert, update', 'select');

create table contacts (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, phone text, phone_index text, phone_verified boolean not null, email text, email_index text,
  external_ids text not null, tags jsonb not null, language text, timezone text, channel_id uuid, source_channel text,
  interaction_count integer not null, last_interaction_at timestamptz, created_at timestamptz not null, deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create index contacts_list on contacts (tenant_id, project_id, id) where deleted_at is null;
create index contacts_email on contacts (tenant_id, email_index) where deleted_at is null and email_index is not null;
create index contacts_phone on contacts (tenant_id, phone_index) where deleted_at is null and phone_index is not null;
select protect_tenant_table('contacts', 'select, insert, update', '');

-- How a person is recognised: one row a way (phone, hidden id); unique inside a project, so that two sagas can't make two contacts.
create table contact_identities (
  tenant_id text not null references tenants, project_id uuid not null, kind text not null, value_index text not null, contact_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, project_id, kind, value_index),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index contact_identities_contact on contact_identities (tenant_id, contact_id);
select protect_tenant_table('contact_identities', 'select, insert, update, delete', '');

create table chats (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, channel_id uuid not null,
  chat_type text not null, external_id text not null, external_id_index text not null, contact_id uuid, subject text, description text,
  status text not null, participants text not null, labels jsonb not null, created_at timestamptz not null, closed_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create unique index chats_open on chats (tenant_id, channel_id, external_id_index) where status <> 'closed';
create index chats_list on chats (tenant_id, project_id, id);
select protect_tenant_table('chats', 'select, insert, update', '');

create table sessions (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  contact_id uuid not null, channel_id uuid not null, channel_type_id uuid not null, chat_id uuid, status text not null,
  started_at timestamptz not null, ended_at timestamptz, end_reason text, message_count integer not null, contact_message_count integer not null,
  own_message_count integer not null, first_message_at timestamptz, last_message_at timestamptz, agent_id uuid, reassignment_count integer not null, resolved_at timestamptz, escalated_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create unique index sessions_active on sessions (tenant_id, contact_id, channel_id) where status = 'active';
create index sessions_list on sessions (tenant_id, project_id, id);
select protect_tenant_table('sessions', 'select, insert, update', '');

create table messages (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  channel_id uuid not null, chat_id uuid, session_id uuid, contact_id uuid not null, channel_message_id text, from_me boolean not null,
  source text not null, message_type text not null, status text not null, body text, media text, location text, vcards text,
  reply_to_channel_message_id text, arrival bigint, sent_at timestamptz, delivered_at timestamptz, read_at timestamptz, played_at timestamptz,
  failed_at timestamptz, failure_reason text, edited_at timestamptz, revoked_at timestamptz, reactions text not null, discarded_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id),
  foreign key (tenant_id, chat_id) references chats (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
-- A message that a compensated saga withdrew leaves its place to the next run.
create unique index messages_channel on messages (tenant_id, channel_id, channel_message_id) where discarded_at is null;
create index messages_session on messages (tenant_id, session_id, arrival);
create index messages_contact on messages (tenant_id, contact_id, id);
create index messages_chat on messages (tenant_id, chat_id, arrival);
create index messages_list on messages (tenant_id, project_id, id);
select protect_tenant_table('messages', 'select, insert, update', '');

create table message_groups (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  contact_id uuid not null, channel_id uuid not null, session_id uuid not null, status text not null, message_ids jsonb not null,
  last_message_at timestamptz, due_at timestamptz, cap_at timestamptz, started_at timestamptz, completed_at timestamptz, expired_at timestamptz,
  created_at timestamptz not null,
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create unique index message_groups_pending on message_groups (tenant_id, contact_id, channel_id) where status = 'pending';
select protect_tenant_table('message_groups', 'select, insert, update', '');

create table trackings (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  contact_id uuid not null, session_id uuid, source text not null, platform text not null, fields jsonb not null, created_at timestamptz not null,
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index trackings_contact on trackings (tenant_id, contact_id, id);
select protect_tenant_table('trackings', 'select, insert, update, delete', '');

create table enrichments (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  message_id uuid not null, contact_id uuid not null, kind text not null, media_url text, status text not null, provider text, result text,
  failure_reason text, completed_at timestamptz, failed_at timestamptz, created_at timestamptz not null,
  foreign key (tenant_id, message_id) references messages (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index enrichments_message on enrichments (tenant_id, message_id);
create index enrichments_open on enrichments (tenant_id, id) where status = 'requested';
select protect_tenant_table('enrichments', 'select, insert, update', '');

-- Outgoing messages: the id reserved at the gateway before the send, so that a time-out can be settled by the echo and a repeat is no second message.
create table message_sends (
  message_id uuid primary key,
  tenant_id text not null references tenants,
  channel_id uuid not null,
  channel_message_id text not null,
  reserved_at timestamptz not null default now(),
  attempts integer not null default 0,
  unique (tenant_id, channel_id, channel_message_id),
  foreign key (tenant_id, message_id) references messages (tenant_id, id)
);
select protect_tenant_table('message_sends', 'select, insert, update', '');
