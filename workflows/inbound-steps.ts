// The steps of ProcessInboundMessage and their order, said once: the workflow runs them one commit each, the worker all in one commit where it can.
import type { InboundSteps } from '../activities/inbound/inbound-activities.ts';
import type { InboundInput } from './names.ts';
import type { Saga } from './saga.ts';

/** validate → contact → session → message → record → enrichment (media only) → finish. */
export async function inboundSteps(
  { step }: Pick<Saga, 'step'>,
  steps: InboundSteps,
  input: InboundInput,
): Promise<void> {
  const validated = await step('validate', { run: () => steps.validateInbound(input) });
  if (validated.ignored !== null) {
    const nothing = { contactId: null, sessionId: null, messageId: null, ignored: validated.ignored, learn: false };
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
  const recorded = await step('record', {
    run: () => steps.recordMessage(input, place, stored),
    undo: steps.undoRecordMessage,
  });
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
    learn: contact.learn || recorded.learnName,
  };
  await step('finish', { run: () => steps.finishInbound(input, finished), final: true });
}
