-- The consumers' runtime: who is paused, where in the log each ordered consumer begins, when a failed event is tried again.

-- Paused consumers take nothing. Not per tenant: an operator's decision about a whole consumer. No row: it runs.
create table consumer_controls (
  consumer_name text primary key,
  paused_at timestamptz,
  paused_note text,
  updated_at timestamptz not null default now()
);
grant select, insert, update on consumer_controls to app_system;

-- Where an ordered consumer begins, written once its queue is bound for the first time: events up to this position of the outbox are history to it.
create table consumer_starts (
  consumer_name text primary key,
  log_position bigint not null,
  started_at timestamptz not null default now()
);
grant select, insert, update on consumer_starts to app_system;
-- It was there before positions were: it has the whole of every aggregate.
insert into consumer_starts (consumer_name, log_position) values ('waha_message_consumer', 0);
grant select on sequence outbox_events_id_seq to app_system;

-- An ordered consumer's failed event waits in parked_events until this moment; null: at once.
alter table consumer_failures add column next_attempt_at timestamptz;
