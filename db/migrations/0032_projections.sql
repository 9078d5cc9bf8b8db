-- Projections: rebuilt slice by slice while they are read, and two new ones: session analytics and campaign results. Ids, counts and times only.

-- Of a rebuild that compares rows with what the log makes of them: events it has been through, rows it put right (or would put right, if it only compares).
alter table consumer_requests
  add column compared bigint not null default 0,
  add column changed bigint not null default 0,
  add column only_compares boolean not null default false,
  drop constraint consumer_requests_state_check,
  add constraint consumer_requests_state_check
    check (state in ('waiting', 'clearing', 'sending', 'settling', 'comparing', 'sweeping', 'done', 'failed', 'cancelled'));

-- The timeline's rows are put right where they stand.
grant update, delete on contact_events to app_user;

-- One row a session. unanswered, last_answer: what the next message is measured against.
create table session_analytics (
  session_id uuid primary key,
  tenant_id text not null references tenants,
  project_id uuid,
  channel_id uuid,
  agent_id uuid,
  started_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  duration_seconds bigint,
  contact_message_count integer not null,
  own_message_count integer not null,
  first_response_seconds bigint,
  response_count integer not null,
  response_seconds bigint not null,
  reassignment_count integer not null,
  resolved_at timestamptz,
  escalated_at timestamptz,
  abandoned_at timestamptz,
  unanswered jsonb not null,
  last_answer jsonb
);
create index session_analytics_range on session_analytics (tenant_id, started_at);
select protect_tenant_table('session_analytics', 'select, insert, update, delete', 'select, delete');

-- One row an enrolment.
create table campaign_result_enrollments (
  enrollment_id uuid primary key,
  tenant_id text not null references tenants,
  campaign_id uuid not null,
  contact_id uuid not null,
  status text not null check (status in ('active', 'paused', 'completed', 'exited')),
  enrolled_at timestamptz not null,
  step_order integer not null,
  completed_at timestamptz,
  exited_at timestamptz,
  exit_reason text
);
create index campaign_result_enrollments_campaign on campaign_result_enrollments (tenant_id, campaign_id);
select protect_tenant_table('campaign_result_enrollments', 'select, insert, update, delete', 'select, delete');

-- One row a message that was sent for a campaign. replied_at: when its contact first wrote back.
create table campaign_result_messages (
  message_id uuid primary key,
  tenant_id text not null references tenants,
  campaign_id uuid not null,
  contact_id uuid not null,
  status text not null check (status in ('queued', 'sent', 'delivered', 'read', 'failed')),
  queued_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz,
  replied_at timestamptz
);
create index campaign_result_messages_campaign on campaign_result_messages (tenant_id, campaign_id);
create index campaign_result_messages_contact on campaign_result_messages (tenant_id, contact_id, queued_at);
select protect_tenant_table('campaign_result_messages', 'select, insert, update, delete', 'select, delete');

-- Up to where the log is settled: every event up to `position` is committed, or never will be. The next one, `next_position`, was drawn at `drawn_at`; whoever
-- had drawn a position by then has a transaction id below `transaction_id`, which was read some seconds later, so the position is settled once all those are over.
create table log_horizon (
  is_only boolean primary key default true check (is_only),
  position bigint not null default 0,
  next_position bigint not null default 0,
  drawn_at timestamptz not null default clock_timestamp(),
  transaction_id xid8
);
insert into log_horizon default values;
grant select, update on log_horizon to app_system;
