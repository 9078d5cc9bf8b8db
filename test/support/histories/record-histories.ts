// Records workflow histories, one for each way that a workflow can take: on real servers, but for the time-outs of a day and more.
import { createProcessOutboxEvents } from '../../../activities/process-outbox-events.ts';
import { createWahaClient } from '../../../integrations/waha/client.ts';
import { createLogger } from '../../../platform/log.ts';
import type { workflowNames } from '../../../workflows/names.ts';
import { testRow } from '../events.ts';
import { historyCodecKey } from '../history-config.ts';
import { randomInnerId } from '../messages.ts';
import { openProduct, type Product } from '../product.ts';
import { createSwitchboard } from '../switchboard.ts';
import { automationWaitWays } from './automation-wait-ways.ts';
import { broadcastPageWays, broadcastSendingWays, broadcastWays } from './broadcast-ways.ts';
import { activateChannelWays, disconnectChannelWays } from './channel-ways.ts';
import { refreshWays, tendWays } from './credential-ways.ts';
import { enrollmentWays } from './enrollment-ways.ts';
import { gatewayEventWays } from './gateway-event-ways.ts';
import { importHistoryPartWays, importHistoryWays } from './import-ways.ts';
import { inboundWays } from './inbound-ways.ts';
import { messageGroupWays } from './message-group-ways.ts';
import { outboxWays } from './outbox-ways.ts';
import { dueListsWays, recalculationWays } from './recalculation-ways.ts';
import { writeHistory } from './recorded-histories.ts';
import { sendWays } from './send-ways.ts';
import { sessionWays } from './session-ways.ts';
import { runOutOfTime } from './timed-out.ts';
import { resultOf, type Ways } from './way.ts';

/** The ways of every workflow. */
const waysOf: Readonly<Record<keyof typeof workflowNames, Ways>> = {
  processInboundMessage: inboundWays,
  processGatewayEvent: gatewayEventWays,
  sendMessage: sendWays,
  messageGroup: messageGroupWays,
  sessionLifecycle: sessionWays,
  processOutboxEvents: outboxWays,
  activateChannel: activateChannelWays,
  disconnectChannel: disconnectChannelWays,
  automationWait: automationWaitWays,
  broadcast: broadcastWays,
  broadcastSending: broadcastSendingWays,
  broadcastPage: broadcastPageWays,
  recalculateContactList: recalculationWays,
  recalculateDueLists: dueListsWays,
  importHistory: importHistoryWays,
  importHistoryPart: importHistoryPartWays,
  refreshCredential: refreshWays,
  tendCredentials: tendWays,
  enrollment: enrollmentWays,
};

/** Records those of the workflows named anew, or of all. Needs the test servers' addresses in the environment. */
export async function recordHistories(workflows: readonly string[], say: (line: string) => void): Promise<void> {
  const unknown = workflows.find((name) => !Object.hasOwn(waysOf, name));
  if (unknown !== undefined)
    throw new Error(`There is no workflow ${unknown}: name one of ${Object.keys(waysOf).join(', ')}.`);
  const isAsked = (workflow: string): boolean => workflows.length === 0 || workflows.includes(workflow);
  const product = await openProduct('histories', { TEMPORAL_CODEC_KEY: historyCodecKey });
  const switchboard = createSwitchboard();
  const oneByOneQueue = `histories-one-by-one-${process.pid}`;
  const gateway = {
    ...createWahaClient({ baseUrl: 'http://127.0.0.1:1', apiKey: '', timeoutMs: 1_000 }),
    newMessageId: async () => randomInnerId(),
  };
  try {
    await product.startWorker((_, activities) => switchboard.wrap({ ...activities, ...outboxActivities(product) }), {
      gateway,
    });
    await product.startWorker(switchboard.wrap, { gateway }, { TEMPORAL_TASK_QUEUE: oneByOneQueue });
    for (const [workflow, ways] of Object.entries(waysOf)) {
      if (!isAsked(workflow)) continue;
      for (const [name, way] of Object.entries(ways)) {
        const handle = await way({ product, switchboard, oneByOneQueue });
        await writeHistory(workflow, name, handle);
        say(`${workflow}/${name}: ${await resultOf(handle)}`);
      }
    }
    await runOutOfTime(async (workflow, handle) => {
      if (!isAsked(workflow)) return;
      await writeHistory(workflow, 'timed-out', handle);
      say(`${workflow}/timed-out: ${await resultOf(handle)}`);
    });
  } finally {
    await product.close();
  }
}

/** Those of the worker's process, which a product of tests does not have. */
function outboxActivities({ stack }: Product) {
  const { config } = stack;
  return createProcessOutboxEvents({
    databaseUrl: config.DATABASE_SYSTEM_URL,
    amqpUrl: config.AMQP_URL,
    prefix: config.AMQP_PREFIX,
    exchange: config.AMQP_EXCHANGE,
    rows: [testRow('histories', { types: ['message.#'] })],
    log: createLogger({ name: 'histories', level: 'silent' }),
  });
}
