// The filter rules of a dynamic list as a condition on rows of `contacts`. One case a kind of condition; all values are parameters.
import { and, eq, gte, isNotNull, isNull, lt, lte, not, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ContactList } from '../domain/contact-list/contact-list.ts';
import type { Condition } from '../domain/contact-list/filter-rule.ts';
import { customValueIndex } from './custom-fields.ts';
import { contactPlaces, contacts } from './schema/contacts.ts';
import { contactCustomValues } from './schema/custom-fields.ts';
import { messages } from './schema/messages.ts';
import { contactEvents } from './schema/read-models.ts';
import { sessions } from './schema/sessions.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** The condition that a contact fits the list's rules at the moment `now`; without rules nobody does. */
export async function listFilter(
  { filterRules, logicalOperator }: ContactList,
  { now, keys }: { readonly now: Date; readonly keys: TenantKeys },
): Promise<SQL> {
  const parts = [];
  for (const rule of filterRules)
    parts.push(rule.filterType === 'custom_field' ? await customFieldSql(rule, keys) : conditionSql(rule, now));
  return (logicalOperator === 'AND' ? and(...parts) : or(...parts)) ?? sql`false`;
}

type CustomFieldRule = Extract<Condition, { filterType: 'custom_field' }>;

const daysBefore = (now: Date, days: number): SQL =>
  sql`${new Date(now.getTime() - days * 86_400_000).toISOString()}::timestamptz`;
/** Rows of another table that belong to the contact. */
const ofContact = (table: { readonly tenantId: PgColumn; readonly contactId: PgColumn }): SQL =>
  sql`${table.tenantId} = ${contacts.tenantId} and ${table.contactId} = ${contacts.id}`;

/** Its values lie sealed beside a keyed hash: the same hash, the same value. */
async function customFieldSql(rule: CustomFieldRule, keys: TenantKeys): Promise<SQL> {
  const { key, valueIndex } = contactCustomValues;
  const same =
    rule.value === null ? sql`` : sql` and ${valueIndex} = ${await customValueIndex(keys, rule.field, rule.value)}`;
  const isThere = sql`exists (select from ${contactCustomValues} where ${ofContact(contactCustomValues)} and ${key} = ${rule.field}${same})`;
  return rule.operator === 'equals' || rule.operator === 'is_set' ? isThere : not(isThere);
}

function conditionSql(rule: Exclude<Condition, CustomFieldRule>, now: Date): SQL {
  switch (rule.filterType) {
    case 'attribute':
      return attributeSql(rule, now);
    case 'tag': {
      const has = sql`${contacts.tags} @> ${JSON.stringify([rule.value])}::jsonb`;
      return rule.operator === 'has' ? has : not(has);
    }
    case 'pipeline_status': {
      const status = rule.value === null ? sql`` : sql` and ${contactPlaces.statusId} = ${rule.value}`;
      const isThere = sql`exists (select from ${contactPlaces} where ${ofContact(contactPlaces)}
        and ${contactPlaces.pipelineId} = ${rule.field}${status})`;
      return rule.operator === 'equals' || rule.operator === 'is_set' ? isThere : not(isThere);
    }
    case 'event': {
      const since =
        rule.value === null ? sql`` : sql` and ${contactEvents.occurredAt} >= ${daysBefore(now, rule.value)}`;
      const occurred = sql`exists (select from ${contactEvents} where ${ofContact(contactEvents)}
        and ${contactEvents.eventType} = ${rule.field}${since})`;
      return rule.operator === 'occurred' ? occurred : not(occurred);
    }
    case 'interaction': {
      const count =
        rule.field === 'sessions'
          ? sql`(select count(*) from ${sessions} where ${ofContact(sessions)})`
          : sql`(select count(*) from ${messages} where ${ofContact(messages)} and not ${messages.fromMe}
              and ${messages.discardedAt} is null)`;
      return rule.operator === 'at_least' ? sql`${count} >= ${rule.value}` : sql`${count} <= ${rule.value}`;
    }
  }
}

function attributeSql(rule: Extract<Condition, { filterType: 'attribute' }>, now: Date): SQL {
  const column: PgColumn = contacts[rule.field];
  switch (rule.operator) {
    case 'equals':
      return typeof rule.value === 'string' ? sql`${column}::text = ${rule.value}` : eq(column, rule.value);
    case 'not_equals':
      return sql`${column}::text is distinct from ${rule.value}`;
    case 'is_set':
      return isNotNull(column);
    case 'is_not_set':
      return isNull(column);
    case 'at_least':
      return gte(column, rule.value);
    case 'at_most':
      return lte(column, rule.value);
    case 'before':
      return sql`${column} < ${rule.value}::timestamptz`;
    case 'after':
      return sql`${column} > ${rule.value}::timestamptz`;
    case 'within_days':
      return sql`${column} >= ${daysBefore(now, rule.value)}`;
    case 'not_within_days':
      return or(isNull(column), lt(column, daysBefore(now, rule.value))) ?? sql`false`;
  }
}
