-- Each step of an enrolment that has ended, once: what became of it, and the message or the enrolment of its own that it made. Written with what it did.
create table enrollment_steps (
  enrollment_id uuid not null, step_id uuid not null, tenant_id text not null references tenants,
  outcome text not null, message_id uuid, ended_at timestamptz not null,
  primary key (enrollment_id, step_id)
);
select protect_tenant_table('enrollment_steps', 'select, insert', '');
