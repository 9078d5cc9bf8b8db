// The ways of sendMessage: real steps, a gateway whose answers are put in.
import type { WorkflowHandle } from '@temporalio/client';
import { aggregates } from '../../../db/aggregates.ts';
import { execute } from '../../../db/execute.ts';
import { inTenant } from '../../../db/transaction.ts';
import { sagaAttributes, sagaSignals, sendMessageSagaType, workflowNames } from '../../../workflows/names.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, gate, type Switchboard } from '../switchboard.ts';
import { resultOf, type Stage, type Way, type Ways } from './way.ts';

type Steering = { readonly handle: WorkflowHandle; readonly workflowId: string; readonly switchboard: Switchboard };
type Options = {
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly steer?: (steering: Steering) => Promise<unknown>;
  /** The message is sent before the saga looks at it. */
  readonly isSent?: boolean;
};

const way =
  ({ faults = {}, steer, isSent = false }: Options): Way =>
  async (stage) => {
    const { product, switchboard } = stage;
    const messageId = await queue(stage, isSent);
    const workflowId = `send-message-${messageId}`;
    const all: Readonly<Record<string, Fault>> = { sendToGateway: answers('sent'), ...faults };
    for (const [activity, fault] of Object.entries(all)) switchboard.put(workflowId, activity, fault);
    const { tenantId } = product;
    const handle = await product.temporal.client.workflow.start(workflowNames.sendMessage, {
      taskQueue: product.stack.taskQueue,
      workflowId,
      args: [{ tenantId, messageId }],
      typedSearchAttributes: sagaAttributes({ sagaType: sendMessageSagaType, tenantId, correlationId: messageId }),
    });
    await steer?.({ handle, workflowId, switchboard });
    await resultOf(handle);
    return handle;
  };

let contacts = 0;

/** Queues a text to a new contact. */
async function queue({ product }: Stage, isSent: boolean): Promise<string> {
  const { database, projectId, tenantId, channelId } = product;
  const [contactId, messageId] = [database.ids.next(), database.ids.next()];
  const cause = { causationId: messageId, correlationId: messageId };
  const place = { projectId, tenantId };
  contacts += 1;
  const contact = { ...place, contactId, name: 'Receiver', phone: `551198000${String(contacts).padStart(4, '0')}` };
  const of = { messageId, channelId, contactId, source: 'manual', messageType: 'text', body: 'Oi' } as const;
  await inTenant(database.pool, tenantId, async (tx) => {
    await execute(database, tx, aggregates.contact, contactId, { type: 'contact.create', data: contact }, cause);
    const message = { type: 'message.queue', data: { ...place, ...of } } as const;
    await execute(database, tx, aggregates.message, messageId, message, cause);
    const sent = { status: 'sent', at: database.clock.now().toISOString() };
    if (isSent)
      await execute(database, tx, aggregates.message, messageId, { type: 'message.apply_status', data: sent }, cause);
  });
  return messageId;
}

/** The gateway's answers in turn; the last one again and again. */
function answers(...outcomes: readonly ('sent' | 'unknown' | 'unavailable' | 'rejected')[]): Fault {
  let calls = 0;
  return async () => {
    const outcome = outcomes[Math.min(calls, outcomes.length - 1)];
    calls += 1;
    return outcome === 'rejected' ? { outcome, reason: 'rejected' } : { outcome };
  };
}
const looks =
  (found: boolean): Fault =>
  async () => ({ found });
const stuckThen = (steer: (steering: Steering) => Promise<unknown>): Options => ({
  faults: { reserveMessageId: fails() },
  async steer(steering) {
    await untilStuck(steering);
    await steer(steering);
  },
});
const cancelledIn = (activity: string): Way => {
  const stand = gate('before');
  const sent = answers('sent');
  const fault: Fault = (call, attempt) =>
    stand.fault(activity === 'sendToGateway' ? () => sent(call, attempt) : call, attempt);
  return way({
    faults: { [activity]: fault },
    async steer({ handle }) {
      await stand.reached;
      await handle.cancel();
      stand.open();
    },
  });
};

/** By name. */
export const sendWays: Ways = {
  completed: way({}),
  'sent-already': way({ isSent: true }),
  'unavailable-twice': way({ faults: { sendToGateway: answers('unavailable', 'unavailable', 'sent') } }),
  'unknown-found': way({ faults: { sendToGateway: answers('unknown'), lookUpSend: looks(true) } }),
  // 50 s: the looks at its fate.
  'unknown-sent-again': way({ faults: { sendToGateway: answers('unknown', 'sent'), lookUpSend: looks(false) } }),
  rejected: way({ faults: { sendToGateway: answers('rejected') } }),
  'stuck-retried': way(
    stuckThen(async ({ handle, workflowId, switchboard }) => {
      switchboard.clear(workflowId, 'reserveMessageId');
      await handle.signal(sagaSignals.retry);
    }),
  ),
  'stuck-aborted': way(stuckThen(({ handle }) => handle.signal(sagaSignals.abort))),
  'stuck-cancelled': way(stuckThen(({ handle }) => handle.cancel())),
  'cancelled-before': cancelledIn('reserveMessageId'),
  'cancelled-too-late': cancelledIn('sendToGateway'),
};
