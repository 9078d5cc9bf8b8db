// The load of a chaos run: commands at a rate over many contacts of many tenants, through the command handler. It knows which were acked.
import { setTimeout as delay } from 'node:timers/promises';
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inSystem, inTenant, inTenantRetrying } from '../../db/transaction.ts';
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import type { Seeded } from '../support/seeded.ts';

/** What was sent and what came of it. `refused`: by code; it may still have happened when the connection was lost at the commit. */
export type WorkloadFigures = { readonly acked: string[]; commands: number; readonly refused: Map<string, number> };

/** A load that runs until it is stopped. */
export type Workload = {
  /** Commands a second, as it was started with. */
  readonly perSecond: number;
  /** Commands a second that were really carried out or refused, from its start to now or to its stop. */
  readonly reached: () => number;
  readonly figures: WorkloadFigures;
  /** Events acked so far. */
  readonly events: () => number;
  /** Resolves when that many events were acked. */
  readonly until: (events: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The tenants and contacts that a load works on. */
export type Population = {
  readonly tenants: readonly string[];
  readonly contacts: readonly { readonly tenantId: string; readonly projectId: string; readonly contactId: string }[];
};

/** `canary` stands in every personal field. */
export type WorkloadOptions = {
  readonly database: Database;
  readonly random: Seeded;
  readonly canary: string;
  readonly perSecond: number;
  /** Most commands under way at once. */
  readonly atOnce?: number;
};

/** Makes tenants with a project each, and names the contacts that will be made by the first command that hits them. */
export async function makePopulation(
  database: Database,
  tenantCount: number,
  contactCount: number,
): Promise<Population> {
  const tenants = Array.from({ length: tenantCount }, (_, index) => `tenant-${index + 1}`);
  const projects = new Map<string, string>();
  for (const tenantId of tenants) {
    await inSystem(database.systemPool, (tx) =>
      tx.query('insert into tenants (tenant_id, name) values ($1, $1)', [tenantId]),
    );
    const projectId = database.ids.next();
    projects.set(tenantId, projectId);
    const data = { projectId, userId: database.ids.next(), tenantId, name: 'Shop' };
    await inTenant(database.pool, tenantId, (tx) =>
      execute(database, tx, aggregates.project, projectId, { type: 'project.create', data }, newCause(database)),
    );
  }
  const contacts = Array.from({ length: contactCount }, (_, index) => {
    const tenantId = tenants[index % tenants.length] ?? '';
    return { tenantId, projectId: projects.get(tenantId) ?? '', contactId: database.ids.next() };
  });
  return { tenants, contacts };
}

/** Starts the load. */
export function startWorkload(population: Population, options: WorkloadOptions): Workload {
  const { random, perSecond, atOnce = 24 } = options;
  const figures: WorkloadFigures = { acked: [], commands: 0, refused: new Map() };
  const underWay = new Set<Promise<void>>();
  const made = new Set<string>();
  let stopping = false;
  const startedAt = performance.now();
  let endedAt: number | undefined;

  const one = async (): Promise<void> => {
    const contact = random.pick(population.contacts);
    figures.commands += 1;
    try {
      figures.acked.push(...(await runCommand(options, contact, made)));
    } catch (error) {
      const code = errorCodeOf(error) ?? 'internal';
      figures.refused.set(code, (figures.refused.get(code) ?? 0) + 1);
      if (code === 'internal') throw error;
    }
  };
  const loop = (async () => {
    for (let due = 0; !stopping; due += 1) {
      const waitMs = startedAt + (due * 1_000) / perSecond - performance.now();
      if (waitMs > 1) await delay(waitMs);
      while (underWay.size >= atOnce) await Promise.race(underWay);
      const work: Promise<void> = one().finally(() => underWay.delete(work));
      underWay.add(work);
      // Thrown again at the stop.
      work.catch(() => undefined);
    }
    await Promise.all(underWay);
  })();
  loop.catch(() => undefined);
  return {
    perSecond,
    reached: () => (figures.commands * 1_000) / ((endedAt ?? performance.now()) - startedAt),
    figures,
    events: () => figures.acked.length,
    until: async (events) => {
      while (figures.acked.length < events) await Promise.race([delay(20), loop]);
    },
    stop: async () => {
      stopping = true;
      endedAt ??= performance.now();
      await loop;
    },
  };
}

async function runCommand(
  { database, random, canary }: WorkloadOptions,
  { tenantId, projectId, contactId }: Population['contacts'][number],
  made: Set<string>,
): Promise<readonly string[]> {
  const draw = random.next();
  const number = random.between(1, 1_000_000);
  const command = (isNew: boolean) => {
    if (isNew) {
      const data = { contactId, projectId, tenantId, name: `${canary} ${number}`, tags: ['chaos'] };
      return { type: 'contact.create' as const, data };
    }
    if (draw < 0.2) return { type: 'contact.update' as const, data: { name: `${canary} ${number}` } };
    const data = { interactionType: 'message', interactedAt: new Date().toISOString() };
    return { type: 'contact.record_interaction' as const, data };
  };
  return inTenantRetrying(database.pool, tenantId, async (tx, attempt) => {
    const { rows } = made.has(contactId)
      ? { rows: [true] }
      : await tx.query('select from contacts where tenant_id = $1 and id = $2', [tenantId, contactId]);
    const options = attempt > 1 ? { lock: true } : {};
    const given = command(rows.length === 0);
    const { eventIds } = await execute(database, tx, aggregates.contact, contactId, given, newCause(database), options);
    tx.onCommit(() => made.add(contactId));
    return eventIds;
  });
}

function newCause({ ids }: Database) {
  return { causationId: ids.next(), correlationId: ids.next() };
}
