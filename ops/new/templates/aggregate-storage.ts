// The table of a new aggregate: migration, drizzle schema and store.
import type { NewAggregate } from './aggregate-domain.ts';

/** `db/migrations/<number>_<things>.sql` */
export function migrationFile({ plural: { snake, words } }: NewAggregate): string {
  return `-- ${words.charAt(0).toUpperCase()}${words.slice(1)}: each with a name of its own in its project.
create table ${snake} (
  id uuid primary key, tenant_id text not null references tenants, project_id uuid not null, sequence bigint not null,
  name text not null, created_at timestamptz not null, deleted_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create unique index ${snake}_name on ${snake} (tenant_id, project_id, lower(name)) where deleted_at is null;
select protect_tenant_table('${snake}', 'select, insert, update', '');
`;
}

/** `db/schema/<things>.ts` */
export function schemaFile({ plural: { snake, camel, words } }: NewAggregate): string {
  return `// ${words.charAt(0).toUpperCase()}${words.slice(1)}. Proved to match the migrations by test/integration/schema.test.ts.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Rows of \`${snake}\`. */
export const ${camel} = pgTable('${snake}', {
  id: uuid('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  projectId: uuid('project_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  name: text('name').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});
`;
}

/** `db/stores/<thing>-store.ts` */
export function storeFile({ name, plural }: NewAggregate): string {
  const { camel, pascal, kebab, snake, words } = name;
  return `// The table of ${plural.words}. Nothing in it is personal; a field that becomes so is 'sealed'.
import type { ${pascal} } from '../../domain/${kebab}/${kebab}.ts';
import { ${plural.camel} } from '../schema/${plural.kebab}.ts';
import { defineStore } from '../state-store.ts';

export const ${camel}Store = defineStore<${pascal}>({
  table: ${plural.camel},
  columns: { id: 'plain', projectId: 'plain', name: 'plain', createdAt: 'time', deletedAt: 'time' },
  subject: (state) => state.id,
  erased: {},
  unique: {
    ${plural.snake}_name: {
      rule: '${snake}_name_taken',
      message: 'Another ${words} of the project has this name: choose another one.',
    },
  },
});
`;
}
