// F10: many writers change one aggregate at once. Every acknowledged change is an event, the sequence has no gap, and whoever is refused is told 409.
import { randomUUID } from 'node:crypto';
import { insertApiKey, newApiKey, scopes } from '../../../db/api-keys.ts';
import { inTenant } from '../../../db/transaction.ts';
import { defineRow } from '../row.ts';

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
    const statuses = new Map<number, number>();
    let done = 0;
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let command = 1; command <= commands; command += 1) {
          const answer = await call('PATCH', `/v1/contacts/${made.id}`, { name: `Ana ${writer} ${command}` });
          await answer.body?.cancel();
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
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
    return {
      faults: writers * commands,
      acked: [],
      drainMs: await world.drain(drainWithinMs),
      notes: [`${acknowledged} acknowledged, ${statuses.get(409) ?? 0} refused with 409`],
      problems: [
        ...(changed === acknowledged ? [] : [`I1 ${acknowledged} changes were acknowledged, ${changed} are stored`]),
        ...odd.map(([status, count]) => `the API answered ${status} ${count} times`),
      ],
    };
  },
});
