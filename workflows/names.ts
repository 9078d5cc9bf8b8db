// Names that are stored for ever: workflow types, signals, queries, search attributes. Plain values, usable on both sides of the sandbox.
import { defineSearchAttributeKey, type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';

/** Workflow types. */
export const workflowNames = {
  processInboundMessage: 'processInboundMessage',
  processGatewayEvent: 'processGatewayEvent',
  sendMessage: 'sendMessage',
  messageGroup: 'messageGroup',
  sessionLifecycle: 'sessionLifecycle',
  processOutboxEvents: 'processOutboxEvents',
  activateChannel: 'activateChannel',
  disconnectChannel: 'disconnectChannel',
  automationWait: 'automationWait',
  broadcast: 'broadcast',
  broadcastSending: 'broadcastSending',
  broadcastPage: 'broadcastPage',
  recalculateContactList: 'recalculateContactList',
  recalculateDueLists: 'recalculateDueLists',
  importHistory: 'importHistory',
  importHistoryPart: 'importHistoryPart',
  refreshCredential: 'refreshCredential',
  tendCredentials: 'tendCredentials',
  enrollment: 'enrollment',
} as const;

/** The queue of what comes in large numbers and can wait, beside the one of what must not: a worker of its own, with slots of its own. */
export const broadcastTaskQueue = (taskQueue: string): string => `${taskQueue}-broadcasts`;

/** The signals by which an operator steers a stuck saga, and the query that tells where it is. */
export const sagaSignals = { retry: 'retry', skip: 'skip', abort: 'abort' } as const;
/** The signals by which an operator holds a saga before its next step, and lets it go on. */
export const holdSignals = { pause: 'pause', resume: 'resume' } as const;
/** The query every saga answers; see SagaStatus. */
export const statusQuery = 'status';

/** The signal by which a message joins the workflow of its group. */
export const messageAddedSignal = 'messageAdded';

/** The signal by which a channel's activation hears that its gateway session is in another state, or has a new QR code. */
export const sessionChangedSignal = 'sessionChanged';
/** The signal by which a session's workflow hears that something happened in it; see SessionNews. */
export const sessionNewsSignal = 'sessionNews';
/** The signal that tells a broadcast to look at itself: it was scheduled anew, paused, resumed, called off. */
export const broadcastChangedSignal = 'broadcastChanged';
/** The update by which an operator approves or refuses a broadcast that waits for it; see BroadcastDecision. */
export const decideBroadcastUpdate = 'decideBroadcast';
/** What an operator decides of a broadcast: `by` is who calls, never a person's name. */
export type BroadcastDecision = { readonly isApproved: boolean; readonly by: string; readonly note: string | null };
/** The signal by which a page tells that nobody on it is left to begin; its argument is the page's number. */
export const pageBegunSignal = 'pageBegun';

/** The signal by which a waiting automation hears of what may end its waiting. */
export const waitNewsSignal = 'waitNews';
/** The signal that tells a history import to look at itself: it was paused, resumed, called off. */
export const importChangedSignal = 'importChanged';
/** The signal that tells an enrolment to look at itself. */
export const enrollmentNewsSignal = 'enrollmentNews';
/** The query that a part of an import answers; see ImportPartProgress. */
export const importProgressQuery = 'progress';

/** Saga types as they stand in search attributes, metadata and the list of sagas. */
export const inboundSagaType = 'ProcessInboundMessage';
export const gatewayEventSagaType = 'ProcessGatewayEvent';
export const sendMessageSagaType = 'SendMessage';
export const activateChannelSagaType = 'ActivateChannel';
export const disconnectChannelSagaType = 'DisconnectChannel';
export const sessionSagaType = 'SessionLifecycle';
export const automationWaitSagaType = 'AutomationWait';
export const broadcastSagaType = 'Broadcast';
export const recalculateContactListSagaType = 'RecalculateContactList';
export const importHistorySagaType = 'ImportHistory';
export const refreshCredentialSagaType = 'RefreshCredential';
export const enrollmentSagaType = 'Enrollment';

const key = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
/** The search attributes of sagas; registered by temporal-config/namespace.ts. */
export const searchAttributes = {
  sagaType: key('SagaType'),
  sagaStep: key('SagaStep'),
  sagaState: key('SagaState'),
  tenantId: key('TenantId'),
  correlationId: key('CorrelationId'),
} as const;

/** The attributes a saga starts with. */
export function sagaAttributes(saga: {
  sagaType: string;
  tenantId: string;
  correlationId: string;
}): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.sagaType, value: saga.sagaType },
    { key: searchAttributes.tenantId, value: saga.tenantId },
    { key: searchAttributes.correlationId, value: saga.correlationId },
    { key: searchAttributes.sagaState, value: 'running' },
  ];
  return new TypedSearchAttributes(pairs);
}

/** Where a saga can be. `stuck`: waits for an operator's signal or its time-out. `paused`: held before its next step until `resume`, an abort or its time-out. */
export type SagaState = 'running' | 'paused' | 'stuck' | 'compensating' | 'completed' | 'compensated' | 'failed';

/** The result of a saga that completed: the steps that took effect, by name and in order, as the Temporal UI shows it on top of the workflow's page. */
export type SagaResult = { readonly state: 'completed'; readonly steps: readonly string[] };

/** The answer to the query `status`. Times are ISO 8601; `signals` are those it takes right now. */
export type SagaStatus = {
  readonly sagaType: string;
  readonly correlationId: string;
  readonly state: SagaState;
  readonly step: string | null;
  readonly stepsDone: readonly string[];
  readonly undosDone: readonly string[];
  readonly undosOpen: readonly string[];
  readonly lastError: { readonly code: string; readonly message: string; readonly step: string } | null;
  readonly signals: readonly string[];
  readonly deadlineAt: string;
};

/** Input of processInboundMessage: ids only. */
export type InboundInput = {
  readonly tenantId: string;
  readonly rawEventId: string;
  readonly channelId: string;
  readonly correlationId: string;
};
/** Input of processGatewayEvent. */
export type GatewayEventInput = {
  readonly tenantId: string;
  readonly rawEventId: string;
  readonly correlationId: string;
};
/** Input of sendMessage; the correlation id is the message's own id. */
export type SendMessageInput = { readonly tenantId: string; readonly messageId: string };
/** Input of activateChannel; `requestedAt` is that of the request it carries out. */
export type ActivateChannelInput = {
  readonly tenantId: string;
  readonly channelId: string;
  readonly requestedAt: string;
  readonly correlationId: string;
};
/** Input of disconnectChannel. */
export type DisconnectChannelInput = {
  readonly tenantId: string;
  readonly channelId: string;
  readonly correlationId: string;
};
/** Input of automationWait: the automation, and the event that began its waiting. */
export type AutomationWaitInput = {
  readonly tenantId: string;
  readonly automationId: string;
  readonly eventId: string;
  readonly correlationId: string;
};
/** What every activity and workflow of a broadcast is told. */
export type BroadcastInput = { readonly tenantId: string; readonly broadcastId: string };
/** Input of broadcast. */
export type BroadcastSagaInput = BroadcastInput & { readonly correlationId: string };
/** Input of broadcastPage. */
export type BroadcastPageInput = BroadcastInput & { readonly page: number; readonly recipientIds: readonly string[] };
/** One recipient of a broadcast. */
export type RecipientInput = BroadcastInput & { readonly recipientId: string };
/** Input of recalculateContactList: the run is asked for, and its id is the saga's correlation id. */
export type RecalculateContactListInput = {
  readonly tenantId: string;
  readonly listId: string;
  readonly runId: string;
};
/** The workflow of a recalculation. */
export const recalculationWorkflowId = (runId: string): string => `recalculate-contact-list-${runId}`;
/** Input of importHistory; the correlation id is the import's own, `requestedAt` that of the request it carries out. */
export type ImportHistoryInput = {
  readonly tenantId: string;
  readonly channelId: string;
  readonly requestedAt: string;
  readonly correlationId: string;
};
/** The parts of an import that are workflows of their own. */
export type ImportPart = 'chats' | 'messages';
/** What a part says of itself: so many sets of pages, and what the last one found counted. */
export type ImportPartProgress = {
  readonly part: ImportPart;
  readonly isPaused: boolean;
  readonly sets: number;
  readonly tally: Readonly<Record<string, number>> | null;
};
/** Input of importHistoryPart; `carried`: what the run before it knew. */
export type ImportHistoryPartInput = ImportHistoryInput & {
  readonly part: ImportPart;
  readonly stepNumber: number;
  readonly carried?: ImportPartProgress;
};
/** The workflow id of a part. Known from the import alone. */
export const importPartId = ({ correlationId }: Pick<ImportHistoryInput, 'correlationId'>, part: ImportPart): string =>
  `import-history-${correlationId}-${part}`;
/** Input of refreshCredential: the refresh is asked for, and its id is the saga's correlation id. */
export type RefreshCredentialInput = {
  readonly tenantId: string;
  readonly credentialId: string;
  readonly refreshId: string;
};
/** The workflow of a refresh. */
export const refreshWorkflowId = (refreshId: string): string => `refresh-credential-${refreshId}`;
/** Input of messageGroup. */
export type MessageGroupInput = { readonly tenantId: string; readonly groupId: string };

/** Input of sessionLifecycle; the correlation id is the session's own id. `carried`: from the run before, when it continued as new. */
export type SessionLifecycleInput = {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly carried?: {
    readonly messages: number;
    readonly runs: number;
    readonly stepsDone: readonly string[];
    /** How often in a row it could not be looked after. */
    readonly round: number;
    /** When to look, and why; null: at once. Milliseconds of the epoch. */
    readonly plan: {
      readonly dueMs: number;
      readonly dueKind: string | null;
      readonly soonestMs: number | null;
    } | null;
  };
};
/** News of a session: so many messages, the last of them recorded then (ISO 8601); `look`: something else happened, of which the rows tell. */
export type SessionNews = { readonly messages: number; readonly lastMessageAt: string | null; readonly look: boolean };
/** The answer of sessionLifecycle to the query `status`. `messages`: of how many it has heard; `runs`: how often it continued as new. */
export type SessionLifecycleStatus = SagaStatus & {
  readonly sessionId: string;
  readonly messages: number;
  readonly runs: number;
  readonly due: { readonly what: string; readonly at: string } | null;
};
/** The result of sessionLifecycle: why the session ended. */
export type SessionLifecycleResult = SagaResult & { readonly endReason: string };

/** Input of enrollment; the correlation id is the enrolment's own id. `carried`: from the run before, when it continued as new. */
export type EnrollmentInput = {
  readonly tenantId: string;
  readonly family: 'campaign' | 'sequence';
  readonly enrollmentId: string;
  readonly carried?: { readonly round: number; readonly stepsDone: readonly string[] };
};
/** The result of enrollment: why it is over. */
export type EnrollmentResult = SagaResult & { readonly endReason: string };

/** The header that carries a saga's metadata to its activities. */
export const sagaHeader = 'saga-context';

/** What travels with every activity of a saga's step. */
export type StepContext = {
  readonly correlationId: string;
  readonly sagaType: string;
  readonly sagaStep: string;
  readonly stepNumber: number;
  readonly tenantId: string;
  readonly undo: boolean;
};
