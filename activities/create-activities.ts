// All activities of the worker, from what they depend on.

import type { ApprovalRule } from '../db/broadcast-approval.ts';
import type { Database } from '../db/deps.ts';
import type { TokenClient } from '../integrations/oauth/token-client.ts';
import type { WahaClient } from '../integrations/waha/client.ts';
import { createWaitActivities } from './automation-waits/wait-activities.ts';
import { createBroadcastActivities } from './broadcast/broadcast-activities.ts';
import { createActivationActivities } from './channels/activation-activities.ts';
import { createDisconnectionActivities } from './channels/disconnection-activities.ts';
import { createRecalculationActivities } from './contact-lists/recalculation-activities.ts';
import { createCredentialActivities } from './credentials/credential-activities.ts';
import { createEnrollmentActivities } from './enrollments/enrollment-activities.ts';
import { createGatewayEventActivities } from './gateway-events/gateway-event-activities.ts';
import { createHistoryImportActivities } from './history-import/history-import-activities.ts';
import type { LookupLid } from './inbound/contact.ts';
import { createInboundActivities } from './inbound/inbound-activities.ts';
import { createMessageGroupActivities } from './message-group-activities.ts';
import { createSagaActivities, type SagaListener } from './saga-activities.ts';
import { createSendActivities } from './send/send-activities.ts';
import { createSessionActivities } from './session-lifecycle/session-activities.ts';

/** What activities need of the process. `publicUrl`: the address under which the gateway reaches the API. */
export type ActivityDeps = {
  readonly database: Database;
  readonly gateway: WahaClient;
  readonly refreshTokens: TokenClient;
  readonly lookupLid: LookupLid;
  readonly publicUrl: string;
  readonly onSaga: SagaListener;
  /** When a broadcast has to be approved; undefined: never. */
  readonly approval?: ApprovalRule;
};

/** Makes them, by the names under which workflows call them. */
export function createActivities(deps: ActivityDeps) {
  const { database, gateway, refreshTokens, lookupLid, publicUrl, onSaga, approval } = deps;
  return together(
    createInboundActivities(database, lookupLid, onSaga),
    createSendActivities(database, gateway, onSaga),
    createMessageGroupActivities(database),
    createSessionActivities(database, onSaga),
    createSagaActivities(database, onSaga),
    createGatewayEventActivities(database, publicUrl, onSaga),
    createActivationActivities({ database, gateway, publicUrl, onSaga }),
    createDisconnectionActivities({ database, gateway, publicUrl, onSaga }),
    createWaitActivities(database, onSaga),
    createBroadcastActivities(database, gateway, onSaga, { approval }),
    createEnrollmentActivities(database, onSaga),
    createRecalculationActivities(database, onSaga),
    createHistoryImportActivities({ database, gateway, onSaga }),
    createCredentialActivities({ database, refreshTokens, onSaga }),
  );
}

type Together<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? First & Together<Rest>
  : unknown;

/** As Object.assign, which forgets the types of more than four. */
function together<Parts extends readonly object[]>(...parts: Parts): Together<Parts> {
  return Object.assign({}, ...parts);
}
