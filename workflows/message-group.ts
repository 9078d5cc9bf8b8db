// One message group: waits until no message came for the channel's debounce (at most its cap), then closes the group. Survives restarts: the table holds when it is due.
import { condition, defineSignal, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { MessageGroupActivities } from '../activities/message-group-activities.ts';
import { sagaSettlement } from './activity-options.ts';
import { type MessageGroupInput, messageAddedSignal } from './names.ts';

const { lookAtMessageGroup, completeMessageGroup } = proxyLocalActivities<MessageGroupActivities>(sagaSettlement);

/** Sent for each further message. */
export const messageAdded = defineSignal(messageAddedSignal);

/** Waits for a group's end and closes it. */
export async function messageGroup(input: MessageGroupInput): Promise<void> {
  let news = 0;
  setHandler(messageAdded, () => {
    news += 1;
  });
  for (;;) {
    const seen = news;
    const { pending, dueInMs } = await lookAtMessageGroup(input);
    if (!pending) return;
    if (dueInMs === 0) return completeMessageGroup(input);
    // A further message moves the end: look again.
    await condition(() => news > seen, dueInMs);
  }
}
