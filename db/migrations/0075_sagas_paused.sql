-- A saga can be paused by an operator: it is open as long.
drop index sagas_open;
create index sagas_open on sagas (tenant_id, state) where state in ('running', 'paused', 'stuck', 'compensating');
