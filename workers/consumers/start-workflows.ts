// The table of which event starts or signals which workflow. Ids come from the aggregate, so that a redelivered event starts nothing twice.
import type { Tx } from '../../db/transaction.ts';
import type { EventOf, EventType } from '../../domain/catalog.ts';
import { isImported } from '../../domain/channel/is-imported.ts';
import { activationSaga, disconnectionSaga, historyImportSaga } from '../../intake/channel-sagas.ts';
import { derivedId } from '../../platform/clock.ts';
import {
  type ActivateChannelInput,
  activateChannelSagaType,
  type BroadcastSagaInput,
  broadcastChangedSignal,
  broadcastSagaType,
  type DisconnectChannelInput,
  disconnectChannelSagaType,
  type ImportHistoryInput,
  importHistorySagaType,
  type MessageGroupInput,
  messageAddedSignal,
  type SendMessageInput,
  sagaAttributes,
  sendMessageSagaType,
  workflowNames,
} from '../../workflows/names.ts';
import { automationWaitStarts, waitTypes } from './automation-waits.ts';
import type { DeliveredEvent } from './consumer.ts';
import { enrollmentNewsTypes, enrollmentStarts } from './enrollment-news.ts';
import { gatherNews, sessionNews } from './session-news.ts';
import type { WorkflowStart } from './workflow-start.ts';

/** What the rows ask the database, once for all events: which of the messages in question wait to be sent, in which round each broadcast is. */
type Known = { readonly queued: ReadonlySet<string>; readonly rounds: ReadonlyMap<string, number> };

/** One row: undefined starts nothing. */
type WorkflowRow = {
  readonly on: string;
  readonly start: (event: DeliveredEvent, known: Known) => WorkflowStart | undefined;
};

const on = <Type extends EventType>(
  type: Type,
  start: (event: DeliveredEvent, data: EventOf<Type>['data'], known: Known) => ReturnType<WorkflowRow['start']>,
): WorkflowRow => ({
  on: type,
  // Written through the catalogue's schema by this program; a field that is missing shows as a failed attempt.
  start: (event, known) => start(event, event.data as unknown as EventOf<Type>['data'], known),
});

const messageGroup = ({ tenantId, aggregateId }: DeliveredEvent): Omit<WorkflowStart, 'signal'> => {
  const input: MessageGroupInput = { tenantId, groupId: aggregateId };
  return { workflow: workflowNames.messageGroup, workflowId: `message-group-${aggregateId}`, input };
};

/** A channel that was switched off or deleted: the gateway is told. */
const disconnection = ({ id, tenantId, aggregateId: channelId }: DeliveredEvent): WorkflowStart => {
  const { workflowId, correlationId } = disconnectionSaga(id);
  const input: DisconnectChannelInput = { tenantId, channelId, correlationId };
  const searchAttributes = sagaAttributes({ sagaType: disconnectChannelSagaType, tenantId, correlationId });
  return { workflow: workflowNames.disconnectChannel, workflowId, input, searchAttributes };
};

/** The broadcast looks for itself what has changed; what ends or stops one that does not run needs no workflow. Each round is a saga of its own. */
const broadcast = (
  { tenantId, aggregateId: broadcastId }: DeliveredEvent,
  { rounds }: Known,
  toRunning = false,
): WorkflowStart => {
  const round = rounds.get(broadcastId) ?? 1;
  const correlationId = round === 1 ? broadcastId : derivedId('broadcast round', broadcastId, String(round));
  const input: BroadcastSagaInput = { tenantId, broadcastId, correlationId };
  return {
    workflow: workflowNames.broadcast,
    workflowId: round === 1 ? `broadcast-${broadcastId}` : `broadcast-${broadcastId}-${round}`,
    input,
    searchAttributes: sagaAttributes({ sagaType: broadcastSagaType, tenantId, correlationId }),
    signal: { name: broadcastChangedSignal, args: [], ...(toRunning && { toRunning }) },
    isLarge: true,
  };
};

const workflowRows: readonly WorkflowRow[] = [
  on('message.created', ({ tenantId, aggregateId }, _, { queued }) => {
    if (!queued.has(aggregateId)) return undefined;
    const input: SendMessageInput = { tenantId, messageId: aggregateId };
    return {
      workflow: workflowNames.sendMessage,
      workflowId: `send-message-${aggregateId}`,
      input,
      searchAttributes: sagaAttributes({ sagaType: sendMessageSagaType, tenantId, correlationId: aggregateId }),
    };
  }),
  on('broadcast.scheduled', (event, _, known) => broadcast(event, known)),
  on('broadcast.started', (event, _, known) => broadcast(event, known)),
  on('broadcast.resumed', (event, _, known) => broadcast(event, known)),
  on('broadcast.paused', (event, _, known) => broadcast(event, known, true)),
  on('broadcast.cancelled', (event, _, known) => broadcast(event, known, true)),
  on('message_group.created', (event) => messageGroup(event)),
  // Start or signal: it does not matter which of the two events comes first.
  on('message_group.message_added', (event, { messageId, undone }) =>
    undone ? undefined : { ...messageGroup(event), signal: { name: messageAddedSignal, args: [{ messageId }] } },
  ),
  on('channel.activation.requested', ({ tenantId, aggregateId: channelId }, { requestedAt }) => {
    const { workflowId, correlationId } = activationSaga(channelId, requestedAt);
    const input: ActivateChannelInput = { tenantId, channelId, requestedAt, correlationId };
    const searchAttributes = sagaAttributes({ sagaType: activateChannelSagaType, tenantId, correlationId });
    return { workflow: workflowNames.activateChannel, workflowId, input, searchAttributes };
  }),
  on('channel.history_import.requested', ({ tenantId, aggregateId: channelId }, { requestedAt }) => {
    const { workflowId, correlationId } = historyImportSaga(channelId, requestedAt);
    const input: ImportHistoryInput = { tenantId, channelId, requestedAt, correlationId };
    const searchAttributes = sagaAttributes({ sagaType: importHistorySagaType, tenantId, correlationId });
    return { workflow: workflowNames.importHistory, workflowId, input, searchAttributes, isLarge: true };
  }),
  on('channel.deactivated', disconnection),
  on('channel.deleted', disconnection),
  on('session.started', (event) => sessionNews(event, { look: true })),
  on('session.message_recorded', (event, { undone }) => (undone ? undefined : sessionNews(event, { messages: 1 }))),
  on('session.agent_assigned', (event) => sessionNews(event, { look: true })),
  // Whoever ended it: its agents leave, its workflow ends.
  on('session.ended', (event) => sessionNews(event, { look: true })),
];

/** The events the consumer binds. */
export const workflowStarterTypes: readonly string[] = [
  ...new Set([...workflowRows.map(({ on }) => on), ...waitTypes, ...enrollmentNewsTypes]),
];

/** What these events of one tenant start and signal, in their order. */
export async function workflowStartsOf(delivered: readonly DeliveredEvent[], tx: Tx): Promise<WorkflowStart[]> {
  // What is of the past starts nothing: its messages are sent, its sessions are over.
  const events = delivered.filter((event) => !isImported(event));
  const own = events.filter(({ type, data }) => type === 'message.created' && data['fromMe'] === true);
  const ofBroadcasts = events.filter(({ type }) => type.startsWith('broadcast.'));
  const known = { queued: await queuedOf(own, tx), rounds: await roundsOf(ofBroadcasts, tx) };
  const starts = events.flatMap((event) =>
    workflowRows.flatMap((row) => (row.on === event.type ? (row.start(event, known) ?? []) : [])),
  );
  return [...gatherNews(starts), ...(await automationWaitStarts(events, tx)), ...(await enrollmentStarts(events, tx))];
}

/** One that was written on the phone is sent already; a broadcast sends its own, at its pace. */
async function queuedOf(created: readonly DeliveredEvent[], tx: Tx): Promise<Known['queued']> {
  if (created.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>(
    "select id from messages where tenant_id = $1 and id = any($2::uuid[]) and status = 'queued' and source <> 'broadcast'",
    [tx.tenantId, created.map(({ aggregateId }) => aggregateId)],
  );
  return new Set(rows.map(({ id }) => id));
}

async function roundsOf(events: readonly DeliveredEvent[], tx: Tx): Promise<Known['rounds']> {
  if (events.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; round: number }>(
    'select id, round from broadcasts where tenant_id = $1 and id = any($2::uuid[])',
    [tx.tenantId, events.map(({ aggregateId }) => aggregateId)],
  );
  return new Map(rows.map(({ id, round }) => [id, round]));
}
