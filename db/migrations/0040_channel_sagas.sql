-- Channels' sagas: whose turn it is to change a channel's session at the gateway, and what a person needs to pair it.

-- One saga of a channel at a time: the next one takes the turn once the saga of the last has ended.
create table channel_turns (
  channel_id uuid primary key, tenant_id text not null references tenants, workflow_id text not null, taken_at timestamptz not null default now(),
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select protect_tenant_table('channel_turns', 'select, insert, update', '');

-- While a channel is being activated: the session's state, and QR code, passkey challenge or code to compare, sealed by the tenant's key.
create table channel_pairings (
  channel_id uuid primary key, tenant_id text not null references tenants, session_status text not null, details text not null,
  changed_at timestamptz not null,
  foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select protect_tenant_table('channel_pairings', 'select, insert, update, delete', '');
