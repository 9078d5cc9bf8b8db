-- The rest of a contact: picture, what others know of it, opt-outs, places in pipelines, merges, anonymization.
alter table contacts
  add column profile_picture_url text, add column enrichments text, add column opt_outs jsonb not null default '[]',
  add column pipelines jsonb not null default '[]', add column merged_into uuid, add column merges text,
  add column updated_at timestamptz, add column anonymized_at timestamptz,
  add foreign key (tenant_id, merged_into) references contacts (tenant_id, id);
create index contacts_merged on contacts (tenant_id, merged_into) where merged_into is not null;

-- Whose a way to recognise the person was before a merge moved it; null: never moved. Undoing the merge gives it back.
alter table contact_identities add column merged_from uuid;

-- Who stands where, for lists by pipeline and status: kept in step with contacts.pipelines, which an index can't serve under row-level security.
create table contact_places (
  tenant_id text not null references tenants, contact_id uuid not null, pipeline_id uuid not null, status_id uuid not null,
  primary key (tenant_id, contact_id, pipeline_id),
  foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
);
create index contact_places_status on contact_places (tenant_id, pipeline_id, status_id, contact_id);
select protect_tenant_table('contact_places', 'select, insert, update, delete', '');
