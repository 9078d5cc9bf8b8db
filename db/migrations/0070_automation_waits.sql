-- Automations whose trigger waits for time: one row for each waiting, from the event that began it to its end. id is the correlation id of its workflow.
create table automation_waits (
  id uuid primary key, tenant_id text not null references tenants, automation_id uuid not null, event_id uuid not null, watches text not null,
  contact_id uuid, session_id uuid, channel_id uuid, status_id uuid,
  began_at timestamptz not null, due_at timestamptz not null, ended_at timestamptz, outcome text,
  foreign key (tenant_id, automation_id) references automations (tenant_id, id)
);
create index automation_waits_list on automation_waits (tenant_id, automation_id, began_at, id);
-- Whom news may concern.
create index automation_waits_contact on automation_waits (tenant_id, contact_id) where ended_at is null;
create index automation_waits_session on automation_waits (tenant_id, session_id) where ended_at is null;
create index automation_waits_open on automation_waits (tenant_id, automation_id) where ended_at is null;
select protect_tenant_table('automation_waits', 'select, insert, update', '');
