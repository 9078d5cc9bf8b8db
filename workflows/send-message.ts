// The saga SendMessage: reserve an id → send with it → settle. A time-out means unknown: settled by the echo or by looking, never by sending blindly again.
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { SendActivities, SendOutcome } from '../activities/send/send-activities.ts';
import { databaseStep, gatewayCall, gatewayRead, sagaSettlement } from './activity-options.ts';
import { type SagaResult, type SendMessageInput, sendMessageSagaType } from './names.ts';
import { runSaga } from './saga.ts';

const { reserveMessageId, lookUpSend } =
  proxyActivities<Pick<SendActivities, 'reserveMessageId' | 'lookUpSend'>>(gatewayRead);
const { sendToGateway } = proxyActivities<Pick<SendActivities, 'sendToGateway'>>(gatewayCall);
const { settleSend } = proxyLocalActivities<Pick<SendActivities, 'settleSend'>>(databaseStep);
const { settleFailedSend } = proxyLocalActivities<Pick<SendActivities, 'settleFailedSend'>>(sagaSettlement);

/** A message that could not be sent for a day is not sent any more: it would come out of the blue. */
const timeoutMs = 24 * 60 * 60 * 1_000;
/** When to look whether an unknown send went out; after the last look it is sent again, under the same id. */
const lookAfterMs = [5_000, 15_000, 30_000];
const maxAttempts = 5;

/** Sends one queued message. Input: ids only; the correlation id is the message's. */
export async function sendMessage(input: SendMessageInput): Promise<SagaResult> {
  const { tenantId, messageId: correlationId } = input;
  const settle = (outcome: Parameters<typeof settleFailedSend>[1]) => settleFailedSend(input, outcome);
  return runSaga({ sagaType: sendMessageSagaType, tenantId, correlationId, timeoutMs, settle }, async ({ step }) => {
    const { channelMessageId } = await step('reserve', { run: () => reserveMessageId(input) });
    if (channelMessageId !== null) {
      // What was sent can't be taken back: a cancellation comes too late for it.
      await step('send', { run: () => sendUntilKnown(input, channelMessageId), final: true });
    }
    await step('settle', { run: () => settleSend(input, channelMessageId), final: true });
  });
}

async function sendUntilKnown(input: SendMessageInput, channelMessageId: string): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const result = await sendOnce(input, channelMessageId);
    switch (result.outcome) {
      case 'sent':
        return;
      case 'rejected':
        throw ApplicationFailure.nonRetryable(`The gateway rejected the message (${result.reason}).`, 'rule_violated');
      case 'unavailable':
        await sleep(Math.min(60_000, 1_000 * 2 ** attempt));
        break;
      case 'unknown':
        if (await turnsUp(input, channelMessageId)) return;
        break;
    }
  }
  throw ApplicationFailure.retryable('The gateway neither sent the message nor said no.', 'unavailable');
}

/** A worker that died during the call leaves it as unknown as a gateway that did not answer. */
async function sendOnce(input: SendMessageInput, channelMessageId: string): Promise<SendOutcome> {
  try {
    return await sendToGateway(input, channelMessageId);
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure) return { outcome: 'unknown' };
    throw error;
  }
}

async function turnsUp(input: SendMessageInput, channelMessageId: string): Promise<boolean> {
  for (const ms of lookAfterMs) {
    await sleep(ms);
    if ((await lookUpSend(input, channelMessageId)).found) return true;
  }
  return false;
}
