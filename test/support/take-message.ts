// One message through the steps of its saga up to its records, each its own commit, outside of Temporal; and back.
import { randomUUID } from 'node:crypto';
import { createInboundSteps } from '../../activities/inbound/inbound-activities.ts';
import type { Recorded } from '../../activities/inbound/record.ts';
import type { Database } from '../../db/deps.ts';
import type { RawEvent } from '../../intake/raw-events.ts';
import { runInSaga } from '../../platform/saga-context.ts';

/** Undoes one of the steps. */
export type UndoStep = (step: 'record' | 'message') => Promise<void>;

/** Takes it. `between`: what happens before the step `record`. */
export async function takeMessage(
  database: Database,
  { tenantId, channelId }: { readonly tenantId: string; readonly channelId: string },
  raw: RawEvent,
  between: (contactId: string) => Promise<unknown> = async () => {},
): Promise<{ readonly recorded: Recorded; readonly undo: UndoStep }> {
  const correlationId = randomUUID();
  const steps = createInboundSteps(
    database,
    async () => undefined,
    () => {},
  );
  const workflowId = `inbound-message-${correlationId}`;
  const saga = { correlationId, sagaType: 'ProcessInboundMessage', tenantId, workflowId, runId: correlationId };
  const names = ['validate', 'contact', 'session', 'message', 'record'] as const;
  const inStep = <T>(sagaStep: (typeof names)[number], run: () => Promise<T>, undo = false): Promise<T> =>
    runInSaga({ ...saga, sagaStep, stepNumber: names.indexOf(sagaStep) + 1, undo }, run);
  const input = { tenantId, channelId, rawEventId: raw.id, correlationId };
  const validated = await inStep('validate', () => steps.validateInbound(input));
  const contact = await inStep('contact', () => steps.findOrCreateContact(input, validated));
  const session = await inStep('session', () => steps.findOrStartSession(input, validated, contact));
  const place = { validated, contact, session };
  const stored = await inStep('message', () => steps.storeMessage(input, place));
  await between(contact.contactId);
  const recorded = await inStep('record', () => steps.recordMessage(input, place, stored));
  const undo: UndoStep = (step) =>
    inStep(step, step === 'record' ? steps.undoRecordMessage : steps.undoStoreMessage, true);
  return { recorded, undo };
}
