// The table of which event starts or signals which workflow. Ids come from the aggregate, so that a redelivered event starts nothing twice.
import type { TypedSearchAttributes } from '@temporalio/common';
import type { Tx } from '../../db/transaction.ts';
import type { EventOf, EventType } from '../../domain/catalog.ts';
import {
  type MessageGroupInput,
  messageAddedSignal,
  type SendMessageInput,
  sagaAttributes,
  sendMessageSagaType,
  workflowNames,
} from '../../workflows/names.ts';
import type { DeliveredEvent } from './consumer.ts';

/** What is started: ids only, never personal data. `signal`: delivered to the workflow, which is started first if it does not run. */
export type WorkflowStart = {
  readonly workflow: string;
  readonly workflowId: string;
  readonly input: object;
  /** By which a saga is found in Temporal; what is no saga has none. */
  readonly searchAttributes?: TypedSearchAttributes;
  readonly signal?: { readonly name: string; readonly args: readonly unknown[] };
};

/** One row: undefined starts nothing. */
export type WorkflowRow = {
  readonly on: string;
  readonly start: (event: DeliveredEvent, tx: Tx) => WorkflowStart | undefined | Promise<WorkflowStart | undefined>;
};

const on = <Type extends EventType>(
  type: Type,
  start: (event: DeliveredEvent, data: EventOf<Type>['data'], tx: Tx) => ReturnType<WorkflowRow['start']>,
): WorkflowRow => ({
  on: type,
  // Written through the catalogue's schema by this program; a field that is missing shows as a failed attempt.
  start: (event, tx) => start(event, event.data as unknown as EventOf<Type>['data'], tx),
});

const messageGroup = ({ tenantId, aggregateId }: DeliveredEvent): Omit<WorkflowStart, 'signal'> => {
  const input: MessageGroupInput = { tenantId, groupId: aggregateId };
  return { workflow: workflowNames.messageGroup, workflowId: `message-group-${aggregateId}`, input };
};

/** The rows. */
export const workflowRows: readonly WorkflowRow[] = [
  on('message.created', async ({ tenantId, aggregateId }, { fromMe }, tx) => {
    if (!fromMe || !(await isQueued(tx, tenantId, aggregateId))) return undefined;
    const input: SendMessageInput = { tenantId, messageId: aggregateId };
    return {
      workflow: workflowNames.sendMessage,
      workflowId: `send-message-${aggregateId}`,
      input,
      searchAttributes: sagaAttributes({ sagaType: sendMessageSagaType, tenantId, correlationId: aggregateId }),
    };
  }),
  on('message_group.created', (event) => messageGroup(event)),
  // Start or signal: it does not matter which of the two events comes first.
  on('message_group.message_added', (event, { messageId, undone }) =>
    undone ? undefined : { ...messageGroup(event), signal: { name: messageAddedSignal, args: [{ messageId }] } },
  ),
];

/** The events the consumer binds. */
export const workflowStarterTypes: readonly string[] = [...new Set(workflowRows.map(({ on }) => on))];

/** One that was written on the phone is sent already. */
async function isQueued(tx: Tx, tenantId: string, messageId: string): Promise<boolean> {
  const { rows } = await tx.query<{ status: string }>('select status from messages where tenant_id = $1 and id = $2', [
    tenantId,
    messageId,
  ]);
  return rows[0]?.status === 'queued';
}
