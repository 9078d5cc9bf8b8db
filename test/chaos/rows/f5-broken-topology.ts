// F5: an event that no queue takes although a consumer binds it, a deleted exchange (404), a queue with other arguments (406). Nothing that did not
// arrive is marked as sent, it is told within 5 s, all other events go on, and it heals by itself when the topology is right again.
import { setTimeout as delay } from 'node:timers/promises';
import amqp from 'amqplib';
import { exchangesOf, queuesOf } from '../../../workers/amqp/topology.ts';
import { consumerRows } from '../../../workers/consumers/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { management } from '../../support/rabbit.ts';
import { metricOf } from '../../support/supervised.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { defineRow, tooLong } from '../row.ts';
import type { World } from '../world.ts';

const type = 'message_group.created';
const toldWithinMs = 5_000;

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
  // A tap on everything would take what nobody takes.
  world: { consumers: ['contact_event_consumer'], tap: ['contact.#'] },
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
    for (let round = 1; round <= rounds; round += 1) {
      context.say(`round ${round} of ${rounds}: unroutable, ${load.events()} events`);
      await ask('DELETE', `${bindings}/${encodeURIComponent(type)}`);
      await holdsUntil('unroutable', () => ask('POST', bindings, { routing_key: type }));

      context.say(`round ${round} of ${rounds}: exchange deleted, ${load.events()} events`);
      await ask('DELETE', `exchanges/%2F/${encodeURIComponent(exchange)}`);
      await delay(3_000);

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
