// F10: many writers change one aggregate at once, half of them through the API (which locks it first), half as consumers and sagas do (which lock it once
// they have lost). Every acknowledged change is an event, the sequence has no gap, no transaction runs more than five times, whoever is refused is told 409.
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../../db/aggregates.ts';
import { insertApiKey, newApiKey, scopes } from '../../../db/api-keys.ts';
import { execute } from '../../../db/execute.ts';
import { inTenant, inTenantRetrying } from '../../../db/transaction.ts';
import { errorCodeOf, errorTable } from '../../../domain/kernel/errors.ts';
import { scrape } from '../../support/exposition.ts';
import { defineRow } from '../row.ts';
import type { World } from '../world.ts';

const mostRuns = 5;

/** How often each number was seen. */
type Counts = Map<number, number>;
const add = (counts: Counts, seen: number, by = 1): void => void counts.set(seen, (counts.get(seen) ?? 0) + by);

/** One change by the command handler; answers the status that the API would answer with. */
async function change({ database }: World, tenantId: string, id: string, name: string, runs: Counts) {
  const command = { type: 'contact.update', data: { name } } as const;
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  try {
    await inTenantRetrying(database.pool, tenantId, (tx, attempt) => {
      add(runs, attempt);
      return execute(database, tx, aggregates.contact, id, command, cause, attempt > 1 ? { lock: true } : {});
    });
    return 200;
  } catch (error) {
    return errorTable[errorCodeOf(error) ?? 'internal'].status;
  }
}

/** How often transactions of the API ran for the second, third… time, as it tells itself. */
async function retriesOfApi({ processes }: World): Promise<Counts> {
  const counts: Counts = new Map();
  for (const { name, labels, value } of (await scrape(processes.get('api').url)).series)
    if (name === 'messaging_database_retries_total') add(counts, Number(labels['run']), value);
  return counts;
}

const inWords = (runs: Counts): string =>
  [...runs]
    .sort(([one], [other]) => one - other)
    .map(([run, count]) => `${run}: ${count}`)
    .join(', ') || 'none';

export const f10 = defineRow({
  name: 'F10',
  title: '64 writers at one aggregate',
  sizes: {
    ci: { writers: 64, commands: 50, drainWithinMs: 60_000 },
    soak: { writers: 64, commands: 1_000, drainWithinMs: 600_000 },
  },
  world: { tenants: 1, contacts: 1 },
  run: async (world, { writers, commands, drainWithinMs }) => {
    const { admin, context, database, population, processes } = world;
    await Promise.all([world.startConsumer(), world.startRelay(), world.startApi()]);
    await world.rest();
    const [{ tenantId, projectId } = { tenantId: '', projectId: '' }] = population.contacts;
    const key = newApiKey();
    await inTenant(database.pool, tenantId, (tx) =>
      insertApiKey(tx, { id: database.ids.next(), key, name: 'chaos', scopes }),
    );
    const call = (method: string, path: string, body: object): Promise<Response> =>
      fetch(`${processes.get('api').url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      });
    const made = (await (await call('POST', '/v1/contacts', { projectId, name: 'Ana' })).json()) as { id: string };
    const statuses: Counts = new Map();
    const runs: Counts = new Map();
    const throughApi = async (name: string): Promise<number> => {
      const answer = await call('PATCH', `/v1/contacts/${made.id}`, { name });
      await answer.body?.cancel();
      return answer.status;
    };
    let done = 0;
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let command = 1; command <= commands; command += 1) {
          const name = `Ana ${writer} ${command}`;
          const isByApi = writer % 2 === 0;
          add(statuses, isByApi ? await throughApi(name) : await change(world, tenantId, made.id, name, runs));
          done += 1;
          if (done % 200 === 0) context.say(`${done} of ${writers * commands} commands`);
        }
      }),
    );
    const { rows } = await admin.query<{ count: number | string }>(
      "select count(*) as count from outbox_events where aggregate_id = $1 and event_type = 'contact.name_changed'",
      [made.id],
    );
    const changed = Number(rows[0]?.count);
    const acknowledged = statuses.get(200) ?? 0;
    const odd = [...statuses].filter(([status]) => status !== 200 && status !== 409);
    const ofApi = await retriesOfApi(world);
    const most = Math.max(0, ...runs.keys(), ...ofApi.keys());
    return {
      faults: writers * commands,
      acked: [],
      drainMs: await world.drain(drainWithinMs),
      notes: [
        `${acknowledged} acknowledged, ${statuses.get(409) ?? 0} refused with 409`,
        `transactions by the number of the run: ${inWords(runs)}; run again in the API: ${inWords(ofApi)}`,
      ],
      problems: [
        ...(changed === acknowledged ? [] : [`I1 ${acknowledged} changes were acknowledged, ${changed} are stored`]),
        ...odd.map(([status, count]) => `${count} changes were answered with ${status}`),
        ...(most > mostRuns ? [`a transaction ran for the ${most}. time, at most ${mostRuns} are allowed`] : []),
        ...(runs.has(2) ? [] : ['no transaction was in the way of another: this proves nothing']),
      ],
    };
  },
});
