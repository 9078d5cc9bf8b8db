-- Broadcasts with their recipients, sequences and campaigns with their enrolments. event_sequence: some changes are told by no event, events are numbered apart.
create table broadcasts (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  name text not null, list_id uuid not null, channel_id uuid not null, message jsonb not null, rate_per_minute integer not null, status text not null,
  scheduled_at timestamptz, started_at timestamptz, paused_at timestamptz, ended_at timestamptz, failure_reason text, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id),
  foreign key (tenant_id, list_id) references contact_lists (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create index broadcasts_list on broadcasts (tenant_id, project_id, id);
select protect_tenant_table('broadcasts', 'select, insert, update', '');

-- One row a recipient, written with the broadcast's start. How many there are in each status is counted, never kept.
create table broadcast_recipients (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  broadcast_id uuid not null, contact_id uuid not null, status text not null, reason text, message_id uuid, begun_at timestamptz, settled_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, broadcast_id, contact_id),
  foreign key (tenant_id, broadcast_id) references broadcasts (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index broadcast_recipients_list on broadcast_recipients (tenant_id, broadcast_id, id);
create index broadcast_recipients_status on broadcast_recipients (tenant_id, broadcast_id, status);
select protect_tenant_table('broadcast_recipients', 'select, insert, update', '');

-- How far the list of a started broadcast was read: large lists become recipients page by page, in order of contact_id.
create table broadcast_audiences (
  broadcast_id uuid primary key, tenant_id text not null references tenants, last_contact_id uuid, is_complete boolean not null,
  foreign key (tenant_id, broadcast_id) references broadcasts (tenant_id, id)
);
select protect_tenant_table('broadcast_audiences', 'select, insert, update', '');

create table sequences (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  name text not null, description text, channel_id uuid, trigger jsonb not null, exit_on_reply boolean not null, re_entry boolean not null,
  status text not null, steps jsonb not null, created_at timestamptz not null, activated_at timestamptz, archived_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create index sequences_list on sequences (tenant_id, project_id, id);
select protect_tenant_table('sequences', 'select, insert, update', '');

-- A contact's way through a sequence, with the steps it entered with. Inside once at a time, and once for ever where nobody may enter again.
create table sequence_enrollments (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  sequence_id uuid not null, contact_id uuid not null, status text not null, steps jsonb not null, re_entry boolean not null, exit_on_reply boolean not null,
  current_step_order integer not null, next_scheduled_at timestamptz, paused_at timestamptz, completed_at timestamptz, exited_at timestamptz, exit_reason text,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, sequence_id) references sequences (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create unique index sequence_enrollments_open on sequence_enrollments (tenant_id, sequence_id, contact_id) where status in ('active', 'paused');
create unique index sequence_enrollments_once on sequence_enrollments (tenant_id, sequence_id, contact_id) where not re_entry;
create index sequence_enrollments_list on sequence_enrollments (tenant_id, sequence_id, id);
create index sequence_enrollments_contact on sequence_enrollments (tenant_id, contact_id, id);
select protect_tenant_table('sequence_enrollments', 'select, insert, update', '');

create table campaigns (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, description text, goal_type text not null, goal_value double precision, re_entry boolean not null, exit_on_reply boolean not null,
  status text not null, steps jsonb not null, start_date timestamptz, created_at timestamptz not null, activated_at timestamptz, paused_at timestamptz,
  completed_at timestamptz, archived_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create index campaigns_list on campaigns (tenant_id, project_id, id);
select protect_tenant_table('campaigns', 'select, insert, update', '');

create table campaign_enrollments (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  campaign_id uuid not null, contact_id uuid not null, status text not null, steps jsonb not null, re_entry boolean not null, exit_on_reply boolean not null,
  current_step_order integer not null, next_scheduled_at timestamptz, paused_at timestamptz, completed_at timestamptz, exited_at timestamptz, exit_reason text,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, campaign_id) references campaigns (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create unique index campaign_enrollments_open on campaign_enrollments (tenant_id, campaign_id, contact_id) where status in ('active', 'paused');
create unique index campaign_enrollments_once on campaign_enrollments (tenant_id, campaign_id, contact_id) where not re_entry;
create index campaign_enrollments_list on campaign_enrollments (tenant_id, campaign_id, id);
create index campaign_enrollments_contact on campaign_enrollments (tenant_id, contact_id, id);
select protect_tenant_table('campaign_enrollments', 'select, insert, update', '');
