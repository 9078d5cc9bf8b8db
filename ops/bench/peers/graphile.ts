// graphile-worker as a relay: one job an event, holding the whole envelope; order by a queue for each aggregate, which the job carries.
import { Logger, run } from 'graphile-worker';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import type { ContenderSettings, RunningContender, StartContender } from '../run/contender.ts';
import { openSender } from './sender.ts';

/** With its own batching of fetches and completions. */
export const startGraphile: StartContender = (settings) =>
  start(settings, { concurrentJobs: 200, localQueue: { size: 500 }, completeJobBatchDelay: 0 });

/** One job a fetch: a batch may hold several jobs of one queue, which then run side by side. */
export const startGraphileSingly: StartContender = (settings) => start(settings, { concurrentJobs: 24 });

async function start(
  { adminUrl, amqpUrl, exchange }: ContenderSettings,
  worker: GraphileConfig.WorkerOptions,
): Promise<RunningContender> {
  const sender = await openSender(amqpUrl, exchange);
  const runner = await run({
    connectionString: adminUrl,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    taskList: { relay: (payload) => sender.publish(toMessage(payload as PendingEvent)) },
    crontab: '',
    preset: { worker: { pollInterval: 500, maxPoolSize: 26, ...worker } },
  });
  runner.promise.catch(() => undefined);
  return {
    stop: async () => {
      // It has stopped by itself when it met an error; whether all events came is seen at the queue.
      await runner.stop().catch(() => undefined);
      await sender.close();
    },
  };
}
