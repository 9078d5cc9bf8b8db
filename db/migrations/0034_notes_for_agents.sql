-- A note can be for an agent, and due: a task, or a word to them.
alter table notes
  add column for_agent_id uuid,
  add column due_at timestamptz,
  add foreign key (tenant_id, for_agent_id) references agents (tenant_id, id);
create index notes_for_agent on notes (tenant_id, for_agent_id, id) where for_agent_id is not null and deleted_at is null;
