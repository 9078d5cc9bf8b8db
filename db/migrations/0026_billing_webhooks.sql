-- Billing: accounts, subscriptions, invoices, usage meters. Webhooks: subscriptions, deliveries, attempts. Some changes of these are told by no event:
-- sequence counts all changes of a row, event_sequence its events.
create table billing_accounts (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null, event_sequence bigint not null,
  user_id uuid not null, name text not null, billing_email text not null, status text not null, stripe_customer_id text,
  payment_method_id text, payment_method_type text, last4 text, payment_as_of timestamptz, suspended_reason text, status_as_of timestamptz,
  canceled_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id)
);
create unique index billing_accounts_stripe_customer on billing_accounts (tenant_id, stripe_customer_id) where stripe_customer_id is not null;
select protect_tenant_table('billing_accounts', 'select, insert, update', '');

create table subscriptions (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null, event_sequence bigint not null,
  account_id uuid not null, stripe_subscription_id text not null, price_id text not null, status text not null,
  period_start timestamptz, period_end timestamptz, trial_ends_at timestamptz, cancel_at timestamptz, canceled_at timestamptz,
  is_cancel_unconfirmed boolean not null, requested_price_id text, refused_reason text, as_of timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references billing_accounts (tenant_id, id)
);
create unique index subscriptions_stripe on subscriptions (tenant_id, stripe_subscription_id);
create index subscriptions_account on subscriptions (tenant_id, account_id, id);
select protect_tenant_table('subscriptions', 'select, insert, update', '');

-- Amounts in whole minor units of the currency.
create table invoices (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null, event_sequence bigint not null,
  account_id uuid not null, subscription_id uuid, stripe_invoice_id text not null, status text not null,
  amount_due bigint not null check (amount_due >= 0), amount_paid bigint not null check (amount_paid >= 0), currency text not null, due_at timestamptz,
  attempt_count integer not null, failure_reason text, failed_at timestamptz, uncollectible_at timestamptz, settled_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references billing_accounts (tenant_id, id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
create unique index invoices_stripe on invoices (tenant_id, stripe_invoice_id);
create index invoices_account on invoices (tenant_id, account_id, id);
create index invoices_subscription on invoices (tenant_id, subscription_id, id) where subscription_id is not null;
select protect_tenant_table('invoices', 'select, insert, update', '');

create table usage_meters (
  id uuid primary key, tenant_id text not null references tenants, sequence bigint not null,
  account_id uuid not null, metric text not null, stripe_meter_event_name text not null, total bigint not null, counted bigint not null,
  reported bigint not null, reported_at timestamptz, period_start timestamptz, period_end timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references billing_accounts (tenant_id, id)
);
create unique index usage_meters_metric on usage_meters (tenant_id, account_id, metric);
select protect_tenant_table('usage_meters', 'select, insert, update', '');

-- What a meter has counted: each key once, in the transaction that counts it.
create table usage_keys (
  tenant_id text not null references tenants, meter_id uuid not null, key text not null, counted_at timestamptz not null default now(),
  primary key (tenant_id, meter_id, key),
  foreign key (tenant_id, meter_id) references usage_meters (tenant_id, id)
);
select protect_tenant_table('usage_keys', 'select, insert', '');

-- secrets and headers are sealed.
create table webhook_subscriptions (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null, event_sequence bigint not null,
  user_id uuid not null, name text not null, url text not null, events text[] not null, subscribe_contact_events boolean not null,
  contact_event_types text[] not null, contact_event_categories text[] not null, active boolean not null, secrets text not null,
  headers text not null, header_names jsonb not null, retry_count integer not null, timeout_seconds integer not null,
  disabled_reason text, disabled_at timestamptz, last_triggered_at timestamptz, last_success_at timestamptz, last_failure_at timestamptz,
  success_count bigint not null, failure_count bigint not null, given_up_in_row integer not null,
  created_at timestamptz not null, deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create index webhook_subscriptions_active on webhook_subscriptions (tenant_id, project_id) where active and deleted_at is null;
select protect_tenant_table('webhook_subscriptions', 'select, insert, update', '');

create table webhook_deliveries (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid, sequence bigint not null, event_sequence bigint not null,
  subscription_id uuid not null, event_id uuid not null, event_type text not null, event_name text not null, status text not null,
  attempts integer not null, max_attempts integer not null, next_attempt_at timestamptz, last_status_code integer, last_reason text,
  ended_at timestamptz, created_at timestamptz not null,
  unique (tenant_id, id),
  constraint webhook_deliveries_once unique (tenant_id, subscription_id, event_id, event_name),
  foreign key (tenant_id, subscription_id) references webhook_subscriptions (tenant_id, id)
);
create index webhook_deliveries_list on webhook_deliveries (tenant_id, subscription_id, id);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending';
select protect_tenant_table('webhook_deliveries', 'select, insert, update', 'select');

-- answer: the first 64 KiB of what came back, sealed by the tenant's key. request_id: what the receiver can name to ask about this one request.
create table webhook_attempts (
  tenant_id text not null references tenants, delivery_id uuid not null, attempt integer not null, request_id uuid not null, result text not null,
  status_code integer, reason text, answer text, started_at timestamptz not null, duration_ms integer not null,
  primary key (tenant_id, delivery_id, attempt),
  foreign key (tenant_id, delivery_id) references webhook_deliveries (tenant_id, id)
);
select protect_tenant_table('webhook_attempts', 'select, insert', '');
