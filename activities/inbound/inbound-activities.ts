// The activities of the saga ProcessInboundMessage, by the names under which the Temporal UI shows them.
import type { Database } from '../../db/deps.ts';
import { inboundSteps } from '../../workflows/inbound-steps.ts';
import type { InboundInput } from '../../workflows/names.ts';
import type { Saga, SagaOutcome } from '../../workflows/saga.ts';
import type { SagaListener } from '../saga-activities.ts';
import { runStepsTogether } from '../saga-steps.ts';
import { type ContactFound, findOrCreateContact, type LookupLid, undoContact } from './contact.ts';
import { requestEnrichment, undoEnrichment } from './enrichment.ts';
import { type Finished, finishInbound, settleInbound } from './finish.ts';
import { type MessagePlace, type MessageStored, storeMessage, undoMessage } from './message.ts';
import { recordMessage, undoRecord } from './record.ts';
import { findOrStartSession, undoSession } from './session.ts';
import { type Validated, validateInbound } from './validate.ts';

/** All activities' types, for the workflow. */
export type InboundActivities = ReturnType<typeof createInboundActivities>;

/** The steps and their undos, for the workflow. */
export type InboundSteps = ReturnType<typeof createInboundSteps>;

/** Makes one activity per step and one per undo. */
export function createInboundSteps(database: Database, lookupLid: LookupLid, listener: SagaListener) {
  return {
    validateInbound: (input: InboundInput) => validateInbound(database, input),
    findOrCreateContact: (input: InboundInput, validated: Validated) =>
      findOrCreateContact(database, lookupLid, input, validated),
    undoFindOrCreateContact: () => undoContact(database),
    findOrStartSession: (input: InboundInput, validated: Validated, contact: ContactFound) =>
      findOrStartSession(database, input, validated, contact),
    undoFindOrStartSession: () => undoSession(database),
    storeMessage: (input: InboundInput, place: MessagePlace) => storeMessage(database, input, place),
    undoStoreMessage: () => undoMessage(database),
    recordMessage: (input: InboundInput, place: MessagePlace, stored: MessageStored) =>
      recordMessage(database, input, place, stored),
    undoRecordMessage: () => undoRecord(database),
    requestEnrichment: (input: InboundInput, place: MessagePlace, stored: MessageStored) =>
      requestEnrichment(database, input, place, stored),
    undoRequestEnrichment: () => undoEnrichment(database),
    finishInbound: (input: InboundInput, finished: Finished) => finishInbound(database, listener, input, finished),
  };
}

/** Makes all of the saga's activities: the steps, the one that runs them all in one commit, and the settlement. */
export function createInboundActivities(database: Database, lookupLid: LookupLid, listener: SagaListener) {
  const steps = createInboundSteps(database, lookupLid, listener);
  return {
    ...steps,
    /** All steps as one commit: the names of those done, or null when they are on their way one by one already. */
    processInboundTogether: (input: InboundInput): Promise<readonly string[] | null> =>
      runStepsTogether(database, (inStep) => {
        let stepNumber = 0;
        const step: Saga['step'] = (name, { run }) => {
          stepNumber += 1;
          return inStep(name, stepNumber, run);
        };
        return inboundSteps({ step }, steps, input);
      }),
    settleInbound: (input: InboundInput, outcome: SagaOutcome) => settleInbound(database, listener, input, outcome),
  };
}
