-- A position is drawn only after its transaction has an id. Else a writer that is paused between the two could commit a position below one that a
-- relay has seen, with a transaction id that looks younger: the relay's low-water mark would have moved past it.
alter table outbox_events alter column id set default case when pg_current_xact_id() is not null then nextval('outbox_events_id_seq') end;
