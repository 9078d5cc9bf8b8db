-- Channels that are asked to connect, import their history and lead into pipelines; types of channels; what became of sessions; automations with their runs.
alter table channels
  add column ai_processing boolean not null default true,
  add column pipeline_id uuid,
  add column history_import jsonb not null default '{"enabled": false, "agentId": null, "status": "idle", "strategy": null, "timeRangeDays": null, "limit": null,
    "requestedAt": null, "startedAt": null, "endedAt": null, "lastError": null, "counts": null}',
  add column activation_requested_at timestamptz;

create table channel_types (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null, name text not null, provider text not null,
  capabilities jsonb not null, created_at timestamptz not null,
  unique (tenant_id, id)
);
select protect_tenant_table('channel_types', 'select, insert, update', '');

-- The summary is sealed by the contact's key.
alter table sessions
  add column abandoned_at timestamptz,
  add column summary text,
  add column sentiment text,
  add column sentiment_score double precision,
  add column summarized_at timestamptz;

-- Its rules change without an event: it numbers its events apart.
create table automations (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  event_sequence bigint not null, pipeline_id uuid not null,
  name text not null, enabled boolean not null, trigger_type text not null, trigger jsonb not null, rules jsonb not null,
  enabled_at timestamptz, disabled_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
-- What the consumer asks for every event.
create index automations_enabled on automations (tenant_id, trigger_type) where enabled;
create index automations_list on automations (tenant_id, project_id, id);
select protect_tenant_table('automations', 'select, insert, update', '');

-- One run is one rule for one event: its id is made of the three, so that no event runs a rule twice. chain: the rules whose actions led to the event.
create table automation_runs (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, automation_id uuid not null,
  rule_id uuid not null, contact_id uuid, session_id uuid, channel_id uuid, trigger_type text not null, triggering_event_id uuid not null,
  status text not null, actions jsonb not null, chain jsonb not null, failed_action text, failure_reason text,
  executed_at timestamptz, failed_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, automation_id) references automations (tenant_id, id)
);
create index automation_runs_list on automation_runs (tenant_id, automation_id, id);
select protect_tenant_table('automation_runs', 'select, insert, update', '');

-- Claimed in the transaction of the action's effect: at most once for each run and place in its list.
create table automation_run_actions (
  tenant_id text not null references tenants, run_id uuid not null, position smallint not null, action_type text not null,
  done_at timestamptz not null default now(),
  primary key (run_id, position),
  foreign key (tenant_id, run_id) references automation_runs (tenant_id, id)
);
select protect_tenant_table('automation_run_actions', 'select, insert', '');

-- Why each rule did or did not fire, as it was decided at the moment. Holds no personal values.
create table automation_evaluations (
  tenant_id text not null references tenants, automation_id uuid not null, event_id uuid not null, rule_id uuid not null,
  fires boolean not null, reason text not null, conditions jsonb not null, run_id uuid, evaluated_at timestamptz not null,
  primary key (automation_id, event_id, rule_id),
  foreign key (tenant_id, automation_id) references automations (tenant_id, id)
);
create index automation_evaluations_age on automation_evaluations (evaluated_at);
select protect_tenant_table('automation_evaluations', 'select, insert', 'select, delete');
