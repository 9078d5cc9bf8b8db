-- A broadcast to very many waits until an operator has approved it: since when, until when, and what was decided by whom.
alter table broadcast_audiences add column approval jsonb;
