// The last step: one short commit that says completed, settles the raw event and keeps what the message taught about the person.
import type { Database } from '../../db/deps.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { markRawEvent } from '../../intake/raw-events.ts';
import { cutText } from '../../platform/cut-text.ts';
import type { InboundInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep } from '../saga-steps.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import { learnIdentity } from './learn-identity.ts';

/** What the saga was about, for its row and its raw event; ignored: why there was nothing to do. */
export type Finished = {
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly messageId: string | null;
  readonly ignored: string | null;
  /** The message may teach a further way to recognise the person, or their name. */
  readonly learn: boolean;
};

export async function finishInbound(
  database: Database,
  listener: SagaListener,
  input: InboundInput,
  finished: Finished,
): Promise<void> {
  await runStep(database, async (work) => {
    const { tx, saga } = work;
    const { contactId, sessionId, messageId, ignored } = finished;
    if (contactId !== null && finished.learn) {
      const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
      await learnIdentity(database, work, contactId, message);
    }
    await markRawEvent(tx, input.rawEventId, {
      status: ignored === null ? 'processed' : 'ignored',
      ...(contactId && { contactId }),
      ...(ignored && { lastError: ignored }),
    });
    await writeSaga(tx, saga, {
      state: 'completed',
      ...(ignored && { reason: ignored }),
      subjectIds: { contactId, sessionId, messageId },
    });
    tx.onCommit(() => listener(saga, 'completed', ignored));
    return {};
  });
}

/** Settles a saga that did not complete: its row and its raw event, which stays and can be run again. */
export async function settleInbound(
  database: Database,
  listener: SagaListener,
  input: InboundInput,
  { state, reason }: SagaOutcome,
): Promise<void> {
  const saga = requireSaga();
  await inTenantRetrying(database.pool, saga.tenantId, async (tx) => {
    // Settled before: by now the raw event may be in another run's hands.
    if (!(await writeSaga(tx, saga, { state, reason }))) return;
    await markRawEvent(tx, input.rawEventId, { status: state, lastError: cutText(reason, 1000) });
    tx.onCommit(() => listener(saga, state, reason));
  });
}
