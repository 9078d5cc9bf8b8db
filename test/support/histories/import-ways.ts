// The ways of importHistory and importHistoryPart: real steps on the tables, a gateway whose past is made up here. One import takes a way through both.
import type { WorkflowHandle } from '@temporalio/client';
import { historyImportSaga } from '../../../intake/channel-sagas.ts';
import { importChangedSignal, importPartId, sagaSignals, workflowNames } from '../../../workflows/names.ts';
import { channelStage } from '../channel-stage.ts';
import { eventually } from '../eventually.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood, gate } from '../switchboard.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

type Steering = {
  readonly handle: WorkflowHandle;
  readonly part: WorkflowHandle;

  readonly stage: Stage;
};
type Options = {
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly steer?: (steering: Steering) => Promise<unknown>;
};

const tally = { chatsFound: 0, chatsDone: 0, messagesSeen: 0, messagesImported: 0 };

/** What each set of pages finds, in turn; the last one for ever. */
function sets(...standings: readonly string[]): Fault {
  let asked = 0;
  return async () => {
    const standing = standings[Math.min(asked, standings.length - 1)];
    asked += 1;
    return { standing, tally };
  };
}

const calm = { listHistoryChats: sets('done'), importHistoryPages: sets('done') };

const way =
  (of: 'saga' | 'chats' | 'messages', { faults = {}, steer }: Options): Way =>
  async (stage) => {
    const { product, switchboard } = stage;
    const channel = await channelStage(product);
    const { tenantId, channelId } = channel.shop;
    await channel.ask('channel.confirm_working', { webhookUrl: 'http://127.0.0.1:1' });
    await channel.ask('channel.enable_history_import');
    await channel.ask('channel.request_history_import', { strategy: 'all' });
    const { requestedAt } = (await channel.channel()).historyImport;
    const ids = historyImportSaga(channelId, requestedAt ?? '');
    const owners = { listHistoryChats: importPartId(ids, 'chats'), importHistoryPages: importPartId(ids, 'messages') };
    for (const [activity, fault] of Object.entries({ ...calm, ...faults }))
      switchboard.put(owners[activity as keyof typeof owners] ?? ids.workflowId, activity, fault);
    const input = { tenantId, channelId, requestedAt, correlationId: ids.correlationId };
    const handle = await startWorkflow(stage, workflowNames.importHistory, { workflowId: ids.workflowId, input });
    const part = product.temporal.client.workflow.getHandle(importPartId(ids, of === 'chats' ? 'chats' : 'messages'));
    await steer?.({ handle, part, stage });
    await resultOf(handle);
    return of === 'saga' ? handle : part;
  };

const stuckThen =
  (signal: keyof typeof sagaSignals) =>
  async ({ handle, part, stage }: Steering): Promise<void> => {
    await untilStuck({ handle });
    if (signal === 'retry') stage.switchboard.put(part.workflowId, 'importHistoryPages', sets('done'));
    await handle.signal(sagaSignals[signal]);
  };

function cancelledIn(activity: string, where: 'before' | 'after'): Options {
  const stand = gate(where);
  return {
    faults: { [activity]: stand.fault },
    async steer({ handle }) {
      await stand.reached;
      await handle.cancel();
      stand.open();
    },
  };
}

const hasWaited = ({ part }: Steering): Promise<unknown> =>
  eventually(async () => (await part.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer));
const resumed = async (steering: Steering): Promise<void> => {
  await hasWaited(steering);
  await steering.part.signal(importChangedSignal);
};

/** By name. */
export const importHistoryWays: Ways = {
  completed: way('saga', {}),
  refused: way('saga', { faults: { openImport: failsForGood } }),
  compensated: way('saga', { faults: { endImportedSessions: failsForGood } }),
  'stuck-retried': way('saga', { faults: { importHistoryPages: fails() }, steer: stuckThen('retry') }),
  'stuck-aborted': way('saga', { faults: { importHistoryPages: fails() }, steer: stuckThen('abort') }),
  'called-off': way('saga', { faults: { importHistoryPages: sets('more', 'cancelled') } }),
  'cancelled-in-messages': way('saga', cancelledIn('importHistoryPages', 'before')),
  'cancelled-too-late': way('saga', cancelledIn('endImportedSessions', 'after')),
};
export const importHistoryPartWays: Ways = {
  listed: way('chats', { faults: { listHistoryChats: sets('more', 'done') } }),
  imported: way('messages', { faults: { importHistoryPages: sets('more', 'more', 'done') } }),
  paused: way('messages', { faults: { importHistoryPages: sets('more', 'paused', 'more', 'done') }, steer: resumed }),
  'called-off': way('messages', { faults: { importHistoryPages: sets('more', 'cancelled') } }),
  cancelled: way('messages', cancelledIn('importHistoryPages', 'before')),
};
