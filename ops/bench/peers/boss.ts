// pg-boss as a relay: one job an event, holding the whole envelope, fetched and completed in batches; order by its policy key_strict_fifo.
import { PgBoss } from 'pg-boss';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import type { ContenderSettings, RunningContender, StartContender } from '../run/contender.ts';
import { tick } from '../run/tick.ts';
import { openSender } from './sender.ts';

/** The two queues. */
export const bossQueues = { plain: 'relay', ordered: 'relay-ordered' } as const;

/** Any order. */
export const startBoss: StartContender = (settings) => start(settings, bossQueues.plain);

/** Each aggregate in order. */
export const startBossOrdered: StartContender = (settings) => start(settings, bossQueues.ordered);

const batch = 500;
/** So many fetch, publish and complete side by side. */
const loops = 2;
const pollMs = 10;

async function start(settings: ContenderSettings, queue: string): Promise<RunningContender> {
  const sender = await openSender(settings.amqpUrl, settings.exchange);
  const boss = new PgBoss({ connectionString: settings.adminUrl, supervise: false, schedule: false, migrate: false });
  boss.on('error', () => undefined);
  await boss.start();
  let isStopped = false;
  // Its own loop would wait for the next poll after every fetch that is not full.
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      const jobs = await boss.fetch<PendingEvent>(queue, { batchSize: batch });
      await Promise.all(jobs.map(({ data }) => sender.publish(toMessage(data))));
      if (jobs.length > 0)
        await boss.complete(
          queue,
          jobs.map(({ id }) => id),
        );
      else await tick(pollMs);
    }
  };
  const running = Promise.all(Array.from({ length: loops }, loop));
  return {
    stop: async () => {
      isStopped = true;
      await running;
      await boss.stop({ graceful: true, close: true });
      await sender.close();
    },
  };
}
