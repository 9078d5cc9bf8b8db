// The saga ProcessInboundMessage: validate → contact → session → message → record → enrichment → finish. Each step one commit, each with its undo.
import { proxyLocalActivities } from '@temporalio/workflow';
import type { InboundActivities } from '../activities/inbound/inbound-activities.ts';
import { databaseStep, sagaSettlement } from './activity-options.ts';
import { type InboundInput, inboundSagaType } from './names.ts';
import { runSaga } from './saga.ts';

const steps = proxyLocalActivities<Omit<InboundActivities, 'settleInbound'>>(databaseStep);
const { settleInbound } = proxyLocalActivities<Pick<InboundActivities, 'settleInbound'>>(sagaSettlement);

/** Long enough for an operator to look at a stuck one, short enough that a message does not turn up weeks late. */
const timeoutMs = 24 * 60 * 60 * 1_000;

/** Takes one stored gateway message to contact, session, message and timeline. Input: ids only. */
export async function processInboundMessage(input: InboundInput): Promise<void> {
  const { tenantId, correlationId } = input;
  const settle = (outcome: Parameters<typeof settleInbound>[1]) => settleInbound(input, outcome);
  await runSaga({ sagaType: inboundSagaType, tenantId, correlationId, timeoutMs, settle }, async ({ step }) => {
    const validated = await step('validate', { run: () => steps.validateInbound(input) });
    if (validated.ignored !== null) {
      const nothing = { contactId: null, sessionId: null, messageId: null, ignored: validated.ignored };
      return step('finish', { run: () => steps.finishInbound(input, nothing), final: true });
    }
    const contact = await step('contact', {
      run: () => steps.findOrCreateContact(input, validated),
      undo: steps.undoFindOrCreateContact,
    });
    const session = await step('session', {
      run: () => steps.findOrStartSession(input, validated, contact),
      undo: steps.undoFindOrStartSession,
    });
    const place = { validated, contact, session };
    const stored = await step('message', { run: () => steps.storeMessage(input, place), undo: steps.undoStoreMessage });
    await step('record', { run: () => steps.recordMessage(input, place, stored), undo: steps.undoRecordMessage });
    if (validated.enrichable) {
      await step('enrichment', {
        run: () => steps.requestEnrichment(input, place, stored),
        undo: steps.undoRequestEnrichment,
        skip: () => ({ enrichmentId: null }),
      });
    }
    const finished = {
      contactId: contact.contactId,
      sessionId: session.sessionId,
      messageId: stored.messageId,
      ignored: null,
    };
    await step('finish', { run: () => steps.finishInbound(input, finished), final: true });
  });
}
