// The saga Broadcast: wait for its time → freeze the audience → have it approved, if it is large → send page by page → finish. Who is on it and how far it came stands in the database: whoever
// changes that (schedule, pause, resume, cancel) only tells the workflow to look.
import {
  ApplicationFailure,
  condition,
  defineSignal,
  defineUpdate,
  ParentClosePolicy,
  patched,
  proxyLocalActivities,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import type { BroadcastActivities } from '../activities/broadcast/broadcast-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { broadcastSending } from './broadcast-sending.ts';
import {
  type BroadcastDecision,
  type BroadcastInput,
  type BroadcastSagaInput,
  broadcastChangedSignal,
  broadcastSagaType,
  decideBroadcastUpdate,
  type SagaResult,
} from './names.ts';
import { runSaga } from './saga.ts';

const { lookAtBroadcast, startBroadcast, showBroadcast, gatherAudience, finishBroadcast } =
  proxyLocalActivities<BroadcastActivities>(databaseStep);
const { askForApproval, noteApproval } = proxyLocalActivities<BroadcastActivities>(databaseStep);
const { settleBroadcast } = proxyLocalActivities<Pick<BroadcastActivities, 'settleBroadcast'>>(sagaSettlement);

/** Sent when somebody changed the broadcast. */
export const broadcastChanged = defineSignal(broadcastChangedSignal);

const dayMs = 24 * 60 * 60 * 1_000;
/** A year until its start, and then as long as a slow number needs for many. */
const timeoutMs = 800 * dayMs;

/** An operator's word on a broadcast that waits for it. Refused when it does not wait, or was decided already. */
const decideBroadcast = defineUpdate<void, [BroadcastDecision]>(decideBroadcastUpdate);

/** `isAwaited`: a decision is waited for right now. */
type Approving = { isAwaited: boolean; decision: BroadcastDecision | undefined };

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
  const approving: Approving = { isAwaited: false, decision: undefined };
  const decide = (decision: BroadcastDecision): void => {
    approving.decision = decision;
  };
  setHandler(decideBroadcast, decide, {
    validator: ({ isApproved, by }) => {
      if (!approving.isAwaited || approving.decision) throw new Error('The broadcast waits for no approval now.');
      if (typeof isApproved !== 'boolean' || typeof by !== 'string') throw new Error('Say isApproved and by.');
    },
  });
  const settle = (outcome: Parameters<typeof settleBroadcast>[1]) => settleBroadcast(about, outcome);
  const saga = { sagaType: broadcastSagaType, tenantId, correlationId, timeoutMs, settle };
  return runSaga(saga, async ({ step, abortable }) => {
    await step('start', { run: () => abortable(() => startWhenDue(about, changes)) });
    await step('freeze', { run: () => freeze(about) });
    if (patched('approval'))
      await step('approve', { run: () => abortable(() => untilApproved(about, approving, changes)) });
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

async function untilApproved(about: BroadcastInput, approving: Approving, changes: Changes): Promise<void> {
  await showBroadcast();
  for (let isInTime = true; isInTime && !approving.decision; ) {
    const seen = changes.count;
    const { waitMs } = await askForApproval(about);
    if (waitMs === 0) return;
    approving.isAwaited = true;
    isInTime = await condition(() => approving.decision !== undefined || changes.count > seen, waitMs);
  }
  approving.isAwaited = false;
  const { decision } = approving;
  await noteApproval(about, decision ?? { isApproved: false, by: null, note: null });
  if (decision?.isApproved) return;
  if (decision) throw ApplicationFailure.nonRetryable('An operator refused it.', 'approval_refused');
  throw ApplicationFailure.nonRetryable('Nobody approved it in time.', 'approval_timed_out');
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
