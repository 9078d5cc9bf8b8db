// Messages that come shortly after one another are one group, where the channel says so (for bots that answer whole thoughts, not lines).
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import type { StepWork } from '../saga-steps.ts';
import type { MessagePlace } from './message.ts';

type Joining = MessagePlace & { readonly sessionId: string; readonly messageId: string; readonly channelId: string };

/** Joins the contact's pending group of the channel, or opens one. Null: the channel does not group. */
export async function joinMessageGroup(
  database: Database,
  { tx, cause }: StepWork,
  { validated, contact, ...joining }: Joining,
): Promise<string | null> {
  if (validated.grouping === null) return null;
  const { debounceMs, maxWaitMs } = validated.grouping;
  const { rows } = await tx.query<{ id: string }>(
    `select id from message_groups where tenant_id = $1 and contact_id = $2 and channel_id = $3 and status = 'pending' for no key update`,
    [tx.tenantId, contact.contactId, joining.channelId],
  );
  const { messageId } = joining;
  if (rows[0]) {
    await execute(
      database,
      tx,
      aggregates.messageGroup,
      rows[0].id,
      { type: 'message_group.add_message', data: { messageId, debounceMs } },
      cause,
    );
    return rows[0].id;
  }
  const groupId = database.ids.next();
  const data = {
    groupId,
    contactId: contact.contactId,
    channelId: joining.channelId,
    sessionId: joining.sessionId,
    projectId: validated.projectId,
    messageId,
    debounceMs,
    maxWaitMs,
  };
  // The unique index of pending groups makes the second of two openers run again and join.
  await execute(database, tx, aggregates.messageGroup, groupId, { type: 'message_group.open', data }, cause);
  return groupId;
}

/** Takes a message out again, unless the group went on without waiting. */
export async function leaveMessageGroup(
  database: Database,
  { tx, cause }: StepWork,
  groupId: string,
  messageId: string,
): Promise<void> {
  const { state } = await load(database, tx, aggregates.messageGroup, groupId, true);
  if (state.status !== 'pending') return;
  await execute(
    database,
    tx,
    aggregates.messageGroup,
    groupId,
    { type: 'message_group.remove_message', data: { messageId } },
    cause,
  );
}
