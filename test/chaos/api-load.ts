// Callers of the API under faults: each makes contacts, or changes existing ones, repeats a call with its Idempotency-Key until it is answered, and
// remembers what it was told.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { insertApiKey, newApiKey, scopes } from '../../db/api-keys.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Population } from './workload.ts';
import type { World } from './world.ts';

/** What callers were told. `ok` and `failed` count answers (a repeated call counts each time); `slowestMs`: the longest wait for any answer. */
export type ApiFigures = {
  ok: number;
  failed: number;
  slowestMs: number;
  readonly statuses: Map<string, number>;
  /** The answers to calls that change a contact. */
  readonly changes: Map<string, number>;
  /** Of each good answer. */
  readonly tookMs: number[];
  /** Ids of the contacts that were answered as made. */
  readonly acked: string[];
  /** Refusals without Retry-After, where it has to be. */
  withoutRetryAfter: number;
  /** When the last good answer came, by performance.now(). */
  lastOkAt: number;
};

/** A load that runs until it is stopped. */
export type ApiLoad = { readonly figures: ApiFigures; readonly stop: () => Promise<void> };

/** `patienceMs`: how long a caller waits for one answer. `changes`: the share of calls that change a contact of the load's, instead of making one. */
export type ApiLoadOptions = { readonly patienceMs?: number; readonly changes?: number };

type Call = { readonly method: string; readonly path: string; readonly body: object; readonly done: number };

/** Starts so many calls a second. */
export async function startApiLoad(world: World, perSecond: number, options: ApiLoadOptions = {}): Promise<ApiLoad> {
  const { patienceMs = 15_000, changes = 0 } = options;
  const { database, population, random, processes } = world;
  const keys = new Map<string, string>();
  for (const tenantId of population.tenants) {
    const key = newApiKey();
    keys.set(tenantId, key);
    await inTenant(database.pool, tenantId, (tx) =>
      insertApiKey(tx, { id: database.ids.next(), key, name: 'chaos', scopes }),
    );
  }
  const figures: ApiFigures = {
    ok: 0,
    failed: 0,
    slowestMs: 0,
    statuses: new Map(),
    changes: new Map(),
    tookMs: [],
    acked: [],
    withoutRetryAfter: 0,
    lastOkAt: 0,
  };
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  const next = ({ projectId, contactId }: Population['contacts'][number]): Call =>
    random.next() < changes
      ? {
          method: 'PATCH',
          path: `/v1/contacts/${contactId}`,
          body: { name: `Ana ${random.between(1, 1e6)}` },
          done: 200,
        }
      : { method: 'POST', path: '/v1/contacts', body: { projectId, name: 'Ana' }, done: 201 };
  const call = async (): Promise<void> => {
    const contact = random.pick(population.contacts);
    const { tenantId } = contact;
    const { method, path, body: data, done } = next(contact);
    const headers = {
      authorization: `Bearer ${keys.get(tenantId)}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const body = JSON.stringify(data);
    for (;;) {
      const startedAt = performance.now();
      const url = `${processes.get('api').url}${path}`;
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(url, { method, headers, body, signal }).catch((error: Error) => error);
      figures.slowestMs = Math.max(figures.slowestMs, performance.now() - startedAt);
      const status = answer instanceof Error ? answer.name : String(answer.status);
      // Not every contact of the load's is made already.
      if (method === 'PATCH' && status === '404') return void (await (answer as Response).body?.cancel());
      for (const counts of method === 'PATCH' ? [figures.statuses, figures.changes] : [figures.statuses])
        counts.set(status, (counts.get(status) ?? 0) + 1);
      if (!(answer instanceof Error) && answer.status === done) {
        figures.ok += 1;
        figures.tookMs.push(performance.now() - startedAt);
        figures.lastOkAt = performance.now();
        if (method === 'POST') figures.acked.push(((await answer.json()) as { id: string }).id);
        else await answer.body?.cancel();
        return;
      }
      figures.failed += 1;
      if (!(answer instanceof Error)) {
        // 409 to one who makes a contact: the call before it, with the same key, is still running. To one who changes one it may also be a lost race.
        const isRace = method === 'PATCH' && answer.status === 409;
        if (!isRace && !answer.headers.has('retry-after')) figures.withoutRetryAfter += 1;
        await answer.body?.cancel();
      }
      await delay(200);
    }
  };
  const loop = (async () => {
    const startedAt = performance.now();
    for (let due = 0; !stopping; due += 1) {
      const waitMs = startedAt + (due * 1_000) / perSecond - performance.now();
      if (waitMs > 1) await delay(waitMs);
      while (underWay.size >= 50) await Promise.race(underWay);
      const work: Promise<void> = call().finally(() => underWay.delete(work));
      underWay.add(work);
    }
    await Promise.all(underWay);
  })();
  return {
    figures,
    stop: async () => {
      stopping = true;
      await loop;
    },
  };
}

/** Acked contacts that are not stored exactly once, and answers that are not allowed; for lists of problems. */
export async function apiProblems(world: World, { figures }: ApiLoad): Promise<string[]> {
  const { rows } = await world.admin.query<{ aggregate_id: string; count: number | string }>(
    "select aggregate_id, count(*) as count from outbox_events where event_type = 'contact.created' group by 1",
  );
  const made = new Map(rows.map(({ aggregate_id, count }) => [aggregate_id, Number(count)]));
  const wrong = figures.acked.filter((id) => made.get(id) !== 1);
  const odd = [...figures.statuses.keys()].filter(
    (status) => !['200', '201', '409', '503', 'TypeError', 'TimeoutError'].includes(status),
  );
  return [
    ...(wrong.length > 0
      ? [`I1 ${wrong.length} contacts were acked by the API and are not stored once: ${wrong[0]}`]
      : []),
    ...(new Set(figures.acked).size < figures.acked.length ? ['I3 a key was answered with two contacts'] : []),
    ...odd.map((status) => `the API answered ${status} ${figures.statuses.get(status)} times`),
    ...(figures.withoutRetryAfter > 0 ? [`${figures.withoutRetryAfter} answers came without Retry-After`] : []),
  ];
}
