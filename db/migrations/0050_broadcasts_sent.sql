-- What sending a broadcast keeps: whom it is night for, which failures may have arrived all the same, and how fast it and its channel's number have been.
alter table broadcast_recipients
  add column attempt integer not null default 1,
  add column not_before timestamptz,
  add column may_have_arrived boolean not null default false;
create index broadcast_recipients_open on broadcast_recipients (tenant_id, broadcast_id, id) where status in ('pending', 'sending');
alter table broadcast_audiences add column pacing jsonb;
-- Each retry of those who failed is another round, with a saga of its own.
alter table broadcasts add column round integer not null default 1;

-- One row a channel: all its broadcasts take from one bucket. policy null: nobody has set one.
create table channel_pacings (
  tenant_id text not null references tenants, channel_id uuid not null, policy jsonb, state jsonb,
  primary key (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select protect_tenant_table('channel_pacings', 'select, insert, update', '');
