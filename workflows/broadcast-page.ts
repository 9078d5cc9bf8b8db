// One page of a broadcast: each recipient's turn, one after the other at the pace of the number; every message is a saga SendMessage of its own, and its end
// becomes the recipient's.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  proxyLocalActivities,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { BroadcastActivities } from '../activities/broadcast/broadcast-activities.ts';
import { databaseStep } from './activity-options.ts';
import { type BroadcastPageInput, pageBegunSignal, sagaAttributes, sendMessageSagaType } from './names.ts';
import { sendMessage } from './send-message.ts';

const { beginRecipient, settleRecipient } =
  proxyLocalActivities<Pick<BroadcastActivities, 'beginRecipient' | 'settleRecipient'>>(databaseStep);

/** How a page ended. `waitMs`: the number may not send for so long; 0: all on it had their turn, or the broadcast does not run. */
export type PageEnd = { readonly waitMs: number };

/** So many sends may be under way: more of them would only wait at a gateway that does not answer. */
const mostSends = 20;
/** A page that has to wait longer ends, and its broadcast waits. */
const longestWaitMs = 15 * 60 * 1_000;
/** How often to look for the end of a message whose saga was ended by force, and of one that was sent by another run. */
const looks = { ended: 6, elsewhere: 160 };

type Page = { readonly input: BroadcastPageInput; readonly sends: Set<string>; failure: unknown };

/** Sends to those on one page. */
export async function broadcastPage(input: BroadcastPageInput): Promise<PageEnd> {
  const page: Page = { input, sends: new Set(), failure: undefined };
  let waitMs = 0;
  try {
    waitMs = await takeTurns(page);
  } catch (error) {
    // A cancellation stops what was not begun.
    if (!isCancellation(error)) page.failure ??= error;
  }
  await CancellationScope.nonCancellable(async () => {
    await tellBegun(input.page);
    // What was begun is finished, whatever comes.
    await condition(() => page.sends.size === 0);
  });
  if (page.failure !== undefined) throw page.failure;
  return { waitMs };
}

/** Gives how long the number has to wait when that is too long for a page. */
async function takeTurns(page: Page): Promise<number> {
  for (let index = 0, nextMs = 0; index < page.input.recipientIds.length; ) {
    if (nextMs > 0) await sleep(nextMs);
    nextMs = 0;
    await condition(() => page.sends.size < mostSends);
    if (page.failure !== undefined || CancellationScope.current().consideredCancelled) return 0;
    const recipientId = page.input.recipientIds[index] ?? '';
    const { tenantId, broadcastId } = page.input;
    // Its answer must be heard: it may have begun somebody.
    const begun = await CancellationScope.nonCancellable(() => beginRecipient({ tenantId, broadcastId, recipientId }));
    if (begun.kind === 'stop') return 0;
    if (begun.kind === 'wait') {
      if (begun.ms > longestWaitMs) return begun.ms;
      nextMs = begun.ms;
      continue;
    }
    if (begun.kind === 'send') {
      follow(page, recipientId, begun.messageId);
      nextMs = Math.min(begun.nextMs, longestWaitMs);
    }
    index += 1;
  }
  return 0;
}

/** Sends beside what comes next. */
function follow(page: Page, recipientId: string, messageId: string): void {
  page.sends.add(recipientId);
  CancellationScope.nonCancellable(async () => {
    const most = await send(page.input.tenantId, messageId);
    await settle(page.input, recipientId, most);
  })
    .catch((error: unknown) => {
      page.failure ??= error;
    })
    .finally(() => page.sends.delete(recipientId));
}

/** Sends the message and waits for the end of its saga; gives how often to look for that in its row. */
async function send(tenantId: string, messageId: string): Promise<number> {
  try {
    const saga = await startChild(sendMessage, {
      workflowId: `send-message-${messageId}`,
      args: [{ tenantId, messageId }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      // A send that was begun goes on without its broadcast.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: sagaAttributes({ sagaType: sendMessageSagaType, tenantId, correlationId: messageId }),
    });
    await saga.result();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return looks.elsewhere;
    // Why it failed stands in its row.
    if (!(error instanceof ChildWorkflowFailure)) throw error;
  }
  return looks.ended;
}

async function settle(
  { tenantId, broadcastId }: BroadcastPageInput,
  recipientId: string,
  mostLooks: number,
): Promise<void> {
  for (let look = 1; ; look += 1) {
    const isLost = look >= mostLooks;
    const { isOpen } = await settleRecipient({ tenantId, broadcastId, recipientId, isLost });
    if (!isOpen) return;
    await sleep(Math.min(10_000 * 2 ** look, 600_000));
  }
}

async function tellBegun(page: number): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent) return;
  // One that is gone needs no telling.
  await getExternalWorkflowHandle(parent.workflowId)
    .signal(pageBegunSignal, page)
    .catch(() => undefined);
}
