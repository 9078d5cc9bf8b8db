// The saga Broadcast: wait for its time → freeze the audience → send page by page → finish. Who is on it and how far it came stands in the database: whoever
// changes that (schedule, pause, resume, cancel) only tells the workflow to look.
import {
  ApplicationFailure,
  condition,
  defineSignal,
  ParentClosePolicy,
  proxyLocalActivities,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import type { BroadcastActivities } from '../activities/broadcast/broadcast-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { broadcastSending } from './broadcast-sending.ts';
import {
  type BroadcastInput,
  type BroadcastSagaInput,
  broadcastChangedSignal,
  broadcastSagaType,
  type SagaResult,
} from './names.ts';
import { runSaga } from './saga.ts';

const { lookAtBroadcast, startBroadcast, showBroadcast, gatherAudience, finishBroadcast } =
  proxyLocalActivities<
    Pick<
      BroadcastActivities,
      'lookAtBroadcast' | 'startBroadcast' | 'showBroadcast' | 'gatherAudience' | 'finishBroadcast'
    >
  >(databaseStep);
const { settleBroadcast } = proxyLocalActivities<Pick<BroadcastActivities, 'settleBroadcast'>>(sagaSettlement);

/** Sent when somebody changed the broadcast. */
export const broadcastChanged = defineSignal(broadcastChangedSignal);

const dayMs = 24 * 60 * 60 * 1_000;
/** A year until its start, and then as long as a slow number needs for many. */
const timeoutMs = 800 * dayMs;

type Changes = { count: number; tell: () => void };

/** Takes one broadcast from its schedule to its end. */
export async function broadcast(input: BroadcastSagaInput): Promise<SagaResult> {
  const { tenantId, broadcastId, correlationId } = input;
  const about: BroadcastInput = { tenantId, broadcastId };
  const changes: Changes = { count: 0, tell: () => undefined };
  setHandler(broadcastChanged, () => {
    changes.count += 1;
    changes.tell();
  });
  const settle = (outcome: Parameters<typeof settleBroadcast>[1]) => settleBroadcast(about, outcome);
  const saga = { sagaType: broadcastSagaType, tenantId, correlationId, timeoutMs, settle };
  return runSaga(saga, async ({ step, abortable }) => {
    await step('start', { run: () => abortable(() => startWhenDue(about, changes)) });
    await step('freeze', { run: () => freeze(about) });
    await step('send', { run: () => abortable(() => sendToAll(input, changes)) });
    await step('finish', { run: () => finishBroadcast(about), final: true });
  });
}

async function startWhenDue(about: BroadcastInput, changes: Changes): Promise<void> {
  for (;;) {
    const seen = changes.count;
    const { status, dueInMs } = await lookAtBroadcast(about);
    if (status === 'scheduled' && dueInMs !== null && dueInMs > 0) {
      await condition(() => changes.count > seen, dueInMs);
      continue;
    }
    await startBroadcast(about);
    if (status !== 'scheduled') return;
  }
}

async function freeze(about: BroadcastInput): Promise<void> {
  while (!(await gatherAudience(about)).isComplete);
}

async function sendToAll(input: BroadcastSagaInput, changes: Changes): Promise<void> {
  await showBroadcast();
  const sending = await startChild(broadcastSending, {
    workflowId: `broadcast-${input.correlationId}-sending`,
    args: [{ tenantId: input.tenantId, broadcastId: input.broadcastId }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
  // One that has ended needs no telling.
  changes.tell = () => void sending.signal(broadcastChanged).catch(() => undefined);
  try {
    const { reason } = await sending.result();
    if (reason !== null) throw ApplicationFailure.nonRetryable(reason, 'rule_violated');
  } finally {
    changes.tell = () => undefined;
  }
}
