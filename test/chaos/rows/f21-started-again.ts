// F21: events that start workflows come again after those have ended, and after the consumer's memory of them is gone. Nothing runs a second time.
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import type { OutboxEvent } from '../../../db/outbox.ts';
import { eventually } from '../../support/eventually.ts';
import { commitEvents, makeEvents } from '../bulk.ts';
import { defineRow } from '../row.ts';
import type { World } from '../world.ts';

/** Runs of the groups' workflows by their state. */
async function runs(connection: Connection): Promise<{ closed: number; open: number }> {
  const count = async (state: string): Promise<number> => {
    const query = `WorkflowType = 'messageGroup' and ExecutionStatus ${state} 'Running'`;
    return Number((await connection.workflowService.countWorkflowExecutions({ namespace: 'default', query })).count);
  };
  return { closed: await count('!='), open: await count('=') };
}

/** How many of them the consumer has claimed. */
async function claimed({ admin }: World): Promise<number> {
  const { rows } = await admin.query<{ count: number | string }>(
    "select count(*) as count from processed_events where consumer_name = 'workflow_starter'",
  );
  return Number(rows[0]?.count);
}

export const f21 = defineRow({
  name: 'F21',
  title: 'workflow starts redelivered after the workflow ended',
  needsTemporal: true,
  sizes: {
    ci: { starts: 500, withinMs: 120_000 },
    soak: { starts: 5_000, withinMs: 1_200_000 },
  },
  world: { consumers: [] },
  run: async (world, { starts, withinMs }) => {
    const { admin, context, environment, processes, stack } = world;
    await Promise.all([
      world.startRelay(),
      processes.start('consumer', { file: 'workers/consumer.ts', environment: { ...environment } }),
      processes.start('worker', {
        file: 'workers/temporal-worker.ts',
        environment: { ...environment },
        readyTimeoutMs: 90_000,
      }),
    ]);
    const connection = await Connection.connect({ address: stack.temporalAddress });
    try {
      const events = makeEvents(world, { aggregates: starts, perAggregate: 1 }).map(
        (event): OutboxEvent => ({
          ...event,
          aggregateType: 'message_group',
          type: 'message_group.created',
          data: { groupId: event.aggregateId, channelId: randomUUID() },
        }),
      );
      const acked = await commitEvents(world, events);
      const settled = async (): Promise<boolean> => {
        const { closed, open } = await runs(connection);
        context.say(`${await claimed(world)} claimed, ${closed} ended, ${open} running`);
        return (await claimed(world)) === starts && closed >= starts && open === 0;
      };
      await eventually(settled, { timeoutMs: withinMs, everyMs: 500 });
      // The worker's memory is compared with now: it keeps the workflows that it has seen.
      await world.rest();
      await admin.query("delete from processed_events where consumer_name = 'workflow_starter'");
      const startedAt = performance.now();
      await admin.query(
        "update outbox_events set status = 'pending', processed_at = null where event_type = 'message_group.created'",
      );
      world.database.bell.ring();
      await eventually(settled, { timeoutMs: withinMs, everyMs: 500 });
      const drainMs = Math.round(performance.now() - startedAt);
      const { closed } = await runs(connection);
      return {
        faults: starts,
        acked,
        drainMs,
        notes: [`${closed} runs of ${starts} workflows after every start came twice`],
        problems: closed === starts ? [] : [`I3 ${closed - starts} workflows ran again`],
      };
    } finally {
      await connection.close();
    }
  },
});
