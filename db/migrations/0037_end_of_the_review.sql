-- Credentials can be deleted, and a project says who pays for it.
alter table credentials add column deleted_at timestamptz;
alter table projects add column billing_account_id uuid,
  add foreign key (tenant_id, billing_account_id) references billing_accounts (tenant_id, id);
grant delete on credential_secrets to app_user;
