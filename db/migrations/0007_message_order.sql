-- A message that is sent gets its place in the conversation from the same numbers as those that come in.
grant usage on sequence raw_events_arrival_seq to app_user;
create index messages_order on messages (tenant_id, arrival);
