// F5: an event that no queue takes although a consumer binds it, a deleted exchange (404), a queue with other arguments (406). Nothing that did not
// arrive is marked as sent, it is told within 5 s, all other events go on, and it heals by itself when the topology is right again.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import amqp from 'amqplib';
import { exchangesOf, queuesOf } from '../../../workers/amqp/topology.ts';
import { consumerRows } from '../../../workers/consumers/rows.ts';
import { defaultSlowLaneSize } from '../../../workers/consumers/run-consumers.ts';
import { eventually } from '../../support/eventually.ts';
import { management } from '../../support/rabbit.ts';
import { metricOf } from '../../support/supervised.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { defineRow, tooLong } from '../row.ts';
import { openTap } from '../wire-tap.ts';
import type { World } from '../world.ts';

const type = 'message_group.created';
const toldWithinMs = 5_000;
/** So long nothing may be marked while the exchange is away. */
const awayMs = 3_000;
const tapped = ['contact.#'];

/** Takes away the right to declare anything from everybody but a user that it makes; answers how to ask as that one, and how to give the right back. */
async function forbidDeclaring({ amqpManagementUrl }: World['stack']) {
  const { username } = new URL(amqpManagementUrl);
  const asOperator = new URL(amqpManagementUrl);
  [asOperator.username, asOperator.password] = ['operator', randomBytes(9).toString('hex')];
  const all = { configure: '.*', write: '.*', read: '.*' };
  const permit = (user: string, rights: object) =>
    management(asOperator.href, 'PUT', `permissions/%2F/${encodeURIComponent(user)}`, rights);
  const operator = { password: asOperator.password, tags: 'administrator' };
  await management(amqpManagementUrl, 'PUT', 'users/operator', operator);
  await management(amqpManagementUrl, 'PUT', 'permissions/%2F/operator', all);
  await permit(username, { ...all, configure: '^$' });
  return {
    ask: (method: string, resource: string) => management(asOperator.href, method, resource),
    permitAgain: async () => {
      await permit(username, all);
      await management(amqpManagementUrl, 'DELETE', 'users/operator');
    },
  };
}

/** One event that only workflow_starter binds; answers how to ask for its row. */
async function commitBound(world: World): Promise<() => Promise<{ status: string; retry_count: number } | undefined>> {
  const events = makeEvents(world, { aggregates: 1, perAggregate: 1 });
  const [id] = await commitEvents(
    world,
    events.map((event) => ({ ...event, aggregateType: 'message_group', type })),
  );
  return async () =>
    (
      await world.admin.query<{ status: string; retry_count: number }>(
        'select status, retry_count from outbox_events where event_id = $1',
        [id],
      )
    ).rows[0];
}

export const f5 = defineRow({
  name: 'F5',
  title: 'unroutable type, deleted exchange, changed queue',
  sizes: {
    ci: { rounds: 1, perSecond: 60, drainWithinMs: 90_000 },
    soak: { rounds: 10, perSecond: 60, drainWithinMs: 90_000 },
  },
  world: {
    consumers: ['contact_event_consumer'],
    // A tap on everything would take what nobody takes.
    tap: tapped,
    // Temporal is away, and what is to start a workflow is tried again and again.
    waitingHandlers: consumerRows.workflow_starter.concurrency + defaultSlowLaneSize,
  },
  run: async (world, { rounds, perSecond, drainWithinMs }) => {
    const { context, environment, processes, stack } = world;
    const { events: exchange } = exchangesOf({ prefix: stack.amqpPrefix, exchange: stack.config.AMQP_EXCHANGE });
    const { queue } = queuesOf(stack.amqpPrefix, consumerRows.workflow_starter);
    const ask = (method: string, resource: string, body?: object) =>
      management(stack.amqpManagementUrl, method, resource, body);
    const bindings = `bindings/%2F/e/${encodeURIComponent(exchange)}/q/${encodeURIComponent(queue)}`;
    // The product's own consumers: Temporal is away, which is nobody's concern here.
    await processes.start('consumer', {
      file: 'workers/consumer.ts',
      environment: { ...environment },
      readyPath: '/healthz',
    });
    await world.startRelay();
    await eventually(async () => (await ask('GET', `queues/%2F/${encodeURIComponent(queue)}`)) !== undefined);
    const load = await world.load(perSecond);
    await load.until(100);
    const problems: string[] = [];
    const notes: string[] = [];
    const tries = () => metricOf(processes.get('relay'), 'outbox_failed_tries_total');

    /** The event is not taken for sent, it is told, and others go on; then `heal`, and it goes out. */
    const holdsUntil = async (name: string, heal: () => Promise<unknown>): Promise<void> => {
      const before = await tries();
      const startedAt = performance.now();
      const row = await commitBound(world);
      await eventually(async () => (await tries()) > before, { timeoutMs: 30_000 });
      const toldMs = performance.now() - startedAt;
      problems.push(...tooLong(`${name}: telling it`, toldMs, toldWithinMs));
      const sent = await metricOf(processes.get('relay'), 'outbox_published_total');
      await eventually(async () => (await metricOf(processes.get('relay'), 'outbox_published_total')) > sent + 50, {
        timeoutMs: 20_000,
      }).catch(() => problems.push(`${name}: other events did not go on`));
      const state = await row();
      if (state?.status !== 'pending') problems.push(`${name}: the event that nobody took is ${state?.status}`);
      await heal();
      const healedAt = performance.now();
      await eventually(async () => (await row())?.status === 'processed', { timeoutMs: drainWithinMs });
      notes.push(
        `${name}: told after ${Math.round(toldMs)} ms, sent ${Math.round(performance.now() - healedAt)} ms after healing`,
      );
    };
    /** The exchange is gone, and nobody may make it anew: it is told, nothing is marked, no try is spent; then the right comes back, and the rest by itself. */
    const withoutExchange = async (): Promise<void> => {
      const { ask: asOperator, permitAgain } = await forbidDeclaring(stack);
      const relay = processes.get('relay');
      try {
        const inLog = relay.output().length;
        const deletedAt = performance.now();
        await asOperator('DELETE', `exchanges/%2F/${encodeURIComponent(exchange)}`);
        await eventually(async () => (await metricOf(relay, 'relay_broker_up')) === 0, { timeoutMs: 30_000 });
        const shownMs = performance.now() - deletedAt;
        await eventually(() => /the relay is paused/.test(relay.output().slice(inLog)), { timeoutMs: 30_000 });
        const toldMs = performance.now() - deletedAt;
        problems.push(...tooLong('deleted exchange: showing it', shownMs, toldWithinMs));
        problems.push(...tooLong('deleted exchange: logging it', toldMs, toldWithinMs));
        const { rows } = await world.admin.query<{ now: Date }>('select clock_timestamp() as now');
        const row = await commitBound(world);
        await delay(awayMs);
        const marked = await world.admin.query<{ count: number | string; spent: number }>(
          `select count(*) filter (where status <> 'pending') as count, coalesce(max(retry_count), 0) as spent from outbox_events where created_at > $1`,
          [rows[0]?.now],
        );
        const [{ count, spent } = { count: 'no', spent: 0 }] = marked.rows;
        if (Number(count) !== 0) problems.push(`deleted exchange: ${count} events were marked while it was away`);
        if (spent !== 0) problems.push(`deleted exchange: ${spent} tries were spent on an event`);
        await permitAgain();
        const healedAt = performance.now();
        await eventually(async () => (await row())?.status === 'processed', { timeoutMs: drainWithinMs });
        notes.push(
          `deleted exchange: shown after ${Math.round(shownMs)} ms, logged after ${Math.round(toldMs)} ms, sent ${Math.round(performance.now() - healedAt)} ms after healing`,
        );
      } finally {
        await permitAgain().catch(() => undefined);
        // The relay binds the consumers' queues, and nobody else's.
        await openTap(stack, tapped);
      }
    };
    for (let round = 1; round <= rounds; round += 1) {
      context.say(`round ${round} of ${rounds}: unroutable, ${load.events()} events`);
      await ask('DELETE', `${bindings}/${encodeURIComponent(type)}`);
      await holdsUntil('unroutable', () => ask('POST', bindings, { routing_key: type }));

      context.say(`round ${round} of ${rounds}: exchange deleted, ${load.events()} events`);
      await withoutExchange();

      context.say(`round ${round} of ${rounds}: queue changed, ${load.events()} events`);
      await processes.kill('consumer');
      await ask('DELETE', `queues/%2F/${encodeURIComponent(queue)}`);
      const model = await amqp.connect(stack.amqpUrl);
      await (await model.createChannel()).assertQueue(queue, {
        durable: true,
        arguments: { 'x-queue-type': 'classic' },
      });
      await model.close();
      await processes.restart('consumer');
      await eventually(() => processes.output().includes('exists at the broker with other settings'), {
        timeoutMs: 15_000,
      });
      await holdsUntil('changed queue', () => ask('DELETE', `queues/%2F/${encodeURIComponent(queue)}`));
    }
    await load.stop();
    return {
      faults: rounds * 3,
      acked: load.figures.acked,
      drainMs: await world.drain(drainWithinMs),
      notes,
      problems,
    };
  },
});
