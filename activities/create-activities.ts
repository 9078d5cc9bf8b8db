// All activities of the worker, from what they depend on.
import type { Database } from '../db/deps.ts';
import type { LookupLid } from './inbound/contact.ts';
import { createInboundActivities } from './inbound/inbound-activities.ts';
import { createSagaActivities, type SagaListener } from './saga-activities.ts';

/** What activities need of the process. */
export type ActivityDeps = {
  readonly database: Database;
  readonly lookupLid: LookupLid;
  readonly onSaga: SagaListener;
};

/** Makes them, by the names under which workflows call them. */
export function createActivities({ database, lookupLid, onSaga }: ActivityDeps) {
  return {
    ...createSagaActivities(database, onSaga),
    ...createInboundActivities(database, lookupLid, onSaga),
  };
}
