// The activities of the saga ProcessInboundMessage, by the names under which the Temporal UI shows them.
import type { Database } from '../../db/deps.ts';
import type { InboundInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import type { SagaListener } from '../saga-activities.ts';
import { type ContactFound, findOrCreateContact, type LookupLid, undoContact } from './contact.ts';
import { requestEnrichment, undoEnrichment } from './enrichment.ts';
import { type Finished, finishInbound, settleInbound } from './finish.ts';
import { type MessagePlace, type MessageStored, storeMessage, undoMessage } from './message.ts';
import { recordMessage, undoRecord } from './record.ts';
import { findOrStartSession, undoSession } from './session.ts';
import { type Validated, validateInbound } from './validate.ts';

/** The activities' types, for the workflow. */
export type InboundActivities = ReturnType<typeof createInboundActivities>;

/** Makes them; one per step and one per undo. */
export function createInboundActivities(database: Database, lookupLid: LookupLid, listener: SagaListener) {
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
    settleInbound: (input: InboundInput, outcome: SagaOutcome) => settleInbound(database, listener, input, outcome),
  };
}
