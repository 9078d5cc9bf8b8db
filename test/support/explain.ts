// What a statement costs on a real table: pages touched and the indexes used, as PostgreSQL itself tells.
import type pg from 'pg';

/** `pages`: buffers touched. `indexes`: as they are named on the parent table. `scanned`: tables read from end to end. `ms`: planning left out. */
export type Cost = {
  readonly pages: number;
  readonly indexes: readonly string[];
  readonly scanned: readonly string[];
  readonly ms: number;
};

type Plan = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
};

/** Runs the statement (it has its effect) and tells. */
export async function explain(client: pg.Pool | pg.ClientBase, text: string, values: unknown[] = []): Promise<Cost> {
  const { rows } = await (client as pg.Pool).query<{ 'QUERY PLAN': { Plan: Plan; 'Execution Time': number }[] }>(
    `explain (analyze, buffers, format json) ${text}`,
    values,
  );
  const found = rows[0]?.['QUERY PLAN'][0];
  if (!found) throw new Error('explain told nothing');
  const nodes = [...walk(found.Plan)].filter((node) => node['Actual Loops'] !== 0);
  const indexes = new Set(nodes.flatMap((node) => node['Index Name'] ?? []));
  const { rows: parents } = await (client as pg.Pool).query<{ name: string }>(
    `select distinct coalesce(parent.relname, own.relname)::text as name
     from unnest($1::text[]) used join pg_class own on own.relname = used
     left join pg_inherits on inhrelid = own.oid left join pg_class parent on parent.oid = inhparent order by 1`,
    [[...indexes]],
  );
  return {
    pages: found.Plan['Shared Hit Blocks'] + found.Plan['Shared Read Blocks'],
    indexes: parents.map(({ name }) => name),
    scanned: [
      ...new Set(nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : []))),
    ],
    ms: found['Execution Time'],
  };
}

function* walk(plan: Plan): Generator<Plan> {
  yield plan;
  for (const part of plan.Plans ?? []) yield* walk(part);
}
