// F14: a consumer is off and its queue is full. What the queue refuses stays unpublished; when the consumer is back all of it arrives, in order.
import { setTimeout as delay } from 'node:timers/promises';
import { queuesOf } from '../../../workers/amqp/topology.ts';
import { defaultRelayOptions } from '../../../workers/relay/ports.ts';
import { eventually } from '../../support/eventually.ts';
import { management } from '../../support/rabbit.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { chaosRows } from '../chaos-rows.ts';
import { defineRow } from '../row.ts';

export const f14 = defineRow({
  name: 'F14',
  title: 'a full queue, its consumer off, then on',
  sizes: {
    ci: { rounds: 1, events: 5_000, maxLength: 1_000, drainWithinMs: 60_000 },
    soak: { rounds: 10, events: 5_000, maxLength: 1_000, drainWithinMs: 60_000 },
  },
  world: { consumers: ['chaos_ordered'] },
  run: async (world, { rounds, events: count, maxLength, drainWithinMs }) => {
    const { stack, processes, context, admin } = world;
    const { queue } = queuesOf(stack.amqpPrefix, chaosRows.chaos_ordered);
    await Promise.all([world.startConsumer(), world.startRelay()]);
    await world.rest();
    await management(stack.amqpManagementUrl, 'PUT', `policies/%2F/${encodeURIComponent(queue)}`, {
      pattern: `^${queue.replaceAll('.', '\\.')}$`,
      definition: { 'max-length': maxLength },
      'apply-to': 'queues',
    });
    const depth = async () =>
      (
        await management<{ messages?: number }>(
          stack.amqpManagementUrl,
          'GET',
          `queues/%2F/${encodeURIComponent(queue)}`,
        )
      ).messages ?? 0;
    const acked: string[] = [];
    const notes: string[] = [];
    const problems: string[] = [];
    let drainMs = 0;
    for (let round = 1; round <= rounds; round += 1) {
      await processes.kill('consumer');
      acked.push(...(await commitEvents(world, makeEvents(world, { aggregates: 100, perAggregate: count / 100 }))));
      context.say(`round ${round} of ${rounds}: ${count} events committed`);
      await eventually(async () => (await depth()) >= maxLength, { timeoutMs: 30_000 });
      // Long enough for many a refusal and another try.
      await delay(5_000);
      const most = await depth();
      const { rows } = await admin.query<{ pending: number | string; tries: number }>(
        "select count(*) filter (where status = 'pending') as pending, max(retry_count) as tries from outbox_events",
      );
      const pending = Number(rows[0]?.pending);
      notes.push(`full at ${most} of ${maxLength}, ${pending} rows unpublished, ${rows[0]?.tries} tries counted`);
      if (most > maxLength + defaultRelayOptions.window) problems.push(`the queue held ${most}`);
      if (pending < count - maxLength - defaultRelayOptions.window)
        problems.push(`only ${pending} rows stayed unpublished`);
      if (rows[0]?.tries !== 0) problems.push(`refusals cost ${rows[0]?.tries} tries`);
      await processes.restart('consumer');
      drainMs = Math.max(drainMs, await world.drain(drainWithinMs));
    }
    await management(stack.amqpManagementUrl, 'DELETE', `policies/%2F/${encodeURIComponent(queue)}`);
    return { faults: rounds, acked, drainMs, notes, problems };
  },
});
