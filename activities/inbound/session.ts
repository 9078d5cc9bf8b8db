// Step 3, session: the chat the message belongs to (with its participant, in a group) and the contact's active session, found or made.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { absent, execute } from '../../db/execute.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import type { Tx } from '../../db/transaction.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, type StepWork, undoStep } from '../saga-steps.ts';
import type { ContactFound } from './contact.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import type { Validated } from './validate.ts';

/** Where the message belongs, and what of it this saga made. Groups have no session: they are nobody's conversation with the project. */
export type SessionFound = {
  readonly chatId: string;
  readonly chatCreated: boolean;
  readonly participantAdded: string | null;
  readonly sessionId: string | null;
  readonly sessionCreated: boolean;
};

type Place = {
  readonly input: InboundInput;
  readonly validated: Validated;
  readonly contactId: string;
  readonly message: MessageEvent;
};

export function findOrStartSession(
  database: Database,
  input: InboundInput,
  validated: Validated,
  { contactId }: ContactFound,
): Promise<SessionFound> {
  return runStep(database, async (work) => {
    const { message } = await loadGatewayMessage(database, work.tx, input.rawEventId);
    const place = { input, validated, contactId, message };
    const chat = await findOrCreateChat(database, work, place);
    const participantAdded =
      validated.isGroup && !message.fromMe ? await addParticipant(database, work, chat.chatId, contactId) : null;
    const session = validated.isGroup
      ? { sessionId: null, sessionCreated: false }
      : await findOrStart(database, work, place, chat.chatId);
    return { ...chat, participantAdded, ...session };
  });
}

async function findOrCreateChat(
  database: Database,
  { tx, saga, cause }: StepWork,
  { input, validated, contactId, message }: Place,
) {
  const chatType = validated.isGroup ? ('group' as const) : ('individual' as const);
  const person = validated.isGroup ? {} : { contactId };
  const lookup = chatLookup({
    chatType,
    externalId: message.chat.address,
    contactId: validated.isGroup ? null : contactId,
  });
  // Held, so that no undo closes it meanwhile; a group's is changed below: taken at once, or two sagas would wait for each other.
  const { rows } = await tx.query<{ id: string }>(
    `select id from chats where tenant_id = $1 and channel_id = $2 and external_id_index = $3 and status <> 'closed'
     for ${validated.isGroup ? 'no key update' : 'share'}`,
    [saga.tenantId, input.channelId, await database.keysOf(tx).blindIndex(lookup.field, lookup.value)],
  );
  if (rows[0]) return { chatId: rows[0].id, chatCreated: false };
  const chatId = database.ids.next();
  const data = {
    chatId,
    projectId: validated.projectId,
    tenantId: saga.tenantId,
    channelId: input.channelId,
    chatType,
    externalId: message.chat.address,
    ...person,
  };
  await execute(database, tx, aggregates.chat, chatId, { type: 'chat.create', data }, cause, {
    loaded: absent(aggregates.chat),
  });
  return { chatId, chatCreated: true };
}

async function addParticipant(
  database: Database,
  { tx, cause }: StepWork,
  chatId: string,
  contactId: string,
): Promise<string | null> {
  const data = { participantId: contactId, participantType: 'contact', role: 'member' };
  const { events } = await execute(
    database,
    tx,
    aggregates.chat,
    chatId,
    { type: 'chat.add_participant', data },
    cause,
    { lock: true },
  );
  return events.length > 0 ? contactId : null;
}

async function findOrStart(
  database: Database,
  { tx, saga, cause }: StepWork,
  { input, validated, contactId }: Place,
  chatId: string,
) {
  const { rows } = await tx.query<{ id: string }>(
    `select id from sessions where tenant_id = $1 and contact_id = $2 and channel_id = $3 and status = 'active' for share`,
    [saga.tenantId, contactId, input.channelId],
  );
  if (rows[0]) return { sessionId: rows[0].id, sessionCreated: false };
  const sessionId = database.ids.next();
  const data = {
    sessionId,
    contactId,
    projectId: validated.projectId,
    tenantId: saga.tenantId,
    channelId: input.channelId,
    channelTypeId: validated.channelTypeId,
    chatId,
  };
  // The unique index of active sessions makes the second of two starters run again and find the first one's.
  await execute(database, tx, aggregates.session, sessionId, { type: 'session.start', data }, cause, {
    loaded: absent(aggregates.session),
  });
  return { sessionId, sessionCreated: true };
}

export function undoSession(database: Database): Promise<void> {
  return undoStep<SessionFound>(database, async (work) => {
    const { tx, cause, result } = work;
    if (
      result.sessionCreated &&
      result.sessionId &&
      !(await isUsed(work, 'sessionId', result.sessionId, 'session_id'))
    ) {
      await execute(
        database,
        tx,
        aggregates.session,
        result.sessionId,
        { type: 'session.close', data: { reason: 'saga_compensated' } },
        cause,
        { lock: true },
      );
    }
    if (result.chatCreated && !(await isUsed(work, 'chatId', result.chatId, 'chat_id'))) {
      await execute(database, tx, aggregates.chat, result.chatId, { type: 'chat.close', data: {} }, cause, {
        lock: true,
      });
    } else if (result.participantAdded && !(await hasWritten(tx, result.chatId, result.participantAdded))) {
      const data = { participantId: result.participantAdded };
      await execute(database, tx, aggregates.chat, result.chatId, { type: 'chat.remove_participant', data }, cause, {
        lock: true,
      });
    }
  });
}

/** Whether another saga or a stored message builds on what this one made. The row is held first, so that nobody joins meanwhile. */
async function isUsed(
  { tx, saga }: StepWork,
  key: 'sessionId' | 'chatId',
  id: string,
  column: 'session_id' | 'chat_id',
): Promise<boolean> {
  await tx.query(
    `select 1 from ${key === 'sessionId' ? 'sessions' : 'chats'} where tenant_id = $1 and id = $2 for update`,
    [saga.tenantId, id],
  );
  const { rows } = await tx.query(
    `select 1 from messages where tenant_id = $1 and ${column} = $2 and discarded_at is null
     union all select 1 from saga_steps step join sagas saga using (tenant_id, workflow_id)
       where step.tenant_id = $1 and step.step = 'session' and step.result ->> '${key}' = $2::text and step.state = 'done'
         and step.workflow_id <> $3 and saga.state not in ('compensated', 'failed')
     limit 1`,
    [saga.tenantId, id, saga.workflowId],
  );
  return rows.length > 0;
}

async function hasWritten(tx: Tx, chatId: string, contactId: string): Promise<boolean> {
  const { rows } = await tx.query(
    'select 1 from messages where tenant_id = $1 and chat_id = $2 and contact_id = $3 and discarded_at is null limit 1',
    [tx.tenantId, chatId, contactId],
  );
  return rows.length > 0;
}
