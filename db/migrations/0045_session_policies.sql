-- What time does to sessions, for a project or one of its channels: after how many seconds they end, are abandoned, passed up, given to somebody else. Null: never.
-- No event tells of its changes: it numbers its events apart.
create table session_policies (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  channel_id uuid, inactivity_seconds integer, abandon_seconds integer, escalate_seconds integer, reassign_seconds integer, auto_assign boolean not null,
  created_at timestamptz not null, updated_at timestamptz, deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
-- One of the project's own, and one for each channel.
create unique index session_policies_place on session_policies (tenant_id, project_id, channel_id) nulls not distinct where deleted_at is null;
select protect_tenant_table('session_policies', 'select, insert, update', '');

-- Who has the fewest, when a session is given to somebody.
create index sessions_of_agents on sessions (tenant_id, agent_id) where status = 'active' and agent_id is not null;
