// The last step: one short commit that says completed, settles the raw event and keeps what the message taught about the person.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute } from '../../db/execute.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { lidSource } from '../../domain/contact/identity.ts';
import { markRawEvent } from '../../intake/raw-events.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { requireSaga, runStep, type StepWork } from '../saga-steps.ts';
import { indexKeys } from './contact.ts';
import { loadGatewayMessage } from './gateway-message.ts';

/** What the saga was about, for its row and its raw event; ignored: why there was nothing to do. */
export type Finished = {
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly messageId: string | null;
  readonly ignored: string | null;
};

export async function finishInbound(
  database: Database,
  listener: SagaListener,
  input: InboundInput,
  finished: Finished,
): Promise<void> {
  await runStep(database, async (work) => {
    const { tx, saga } = work;
    const { message } = await loadGatewayMessage(database, tx, input.rawEventId);
    const { contactId, sessionId, messageId, ignored } = finished;
    if (contactId !== null) await learnIdentity(database, work, contactId, message);
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
    return {};
  });
  listener(requireSaga(), 'completed', finished.ignored);
}

/** Keeps further ways to recognise the person. Here, where nothing can be undone any more: what was learnt stays true. */
export async function learnIdentity(
  database: Database,
  { tx, cause }: Pick<StepWork, 'tx' | 'cause'>,
  contactId: string,
  { sender }: Pick<MessageEvent, 'sender'>,
): Promise<void> {
  if (!sender) return;
  const keys = await indexKeys(database, tx, sender);
  const { rows } = await tx.query(
    `select 1 from contact_identities identity join contacts contact on contact.tenant_id = identity.tenant_id and contact.id = $2
     where identity.tenant_id = $1 and identity.project_id = contact.project_id and identity.contact_id <> $2
       and (identity.kind, identity.value_index) in (select * from unnest($3::text[], $4::text[])) limit 1`,
    [tx.tenantId, contactId, keys.map(({ kind }) => kind), keys.map(({ index }) => index)],
  );
  // Known as someone else: two contacts that may be one person. That is for a person to decide (merge), not for a message.
  if (rows.length > 0) return;
  const externalIds = sender.lid ? [{ externalId: `${sender.lid}@lid`, source: lidSource }] : [];
  const data = { ...(sender.phone && { phone: sender.phone }), externalIds };
  await execute(database, tx, aggregates.contact, contactId, { type: 'contact.learn_identity', data }, cause);
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
    await writeSaga(tx, saga, { state, reason });
    await markRawEvent(tx, input.rawEventId, { status: state, lastError: reason.slice(0, 1000) });
  });
  listener(saga, state, reason);
}
