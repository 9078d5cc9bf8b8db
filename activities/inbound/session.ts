// Step 3, session: the chat the message belongs to (with its participant, in a group) and the contact's active session, found or made.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { endOfSession } from '../../db/end-of-session.ts';
import { absent, execute, load } from '../../db/execute.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import type { MessageEvent } from '../../integrations/waha/gateway-event.ts';
import type { InboundInput } from '../../workflows/names.ts';
import { runStep, type StepWork, undoStep } from '../saga-steps.ts';
import type { ContactFound } from './contact.ts';
import { loadGatewayMessage } from './gateway-message.ts';
import { isOursAlone, isParticipantOursAlone } from './shared-use.ts';
import type { Validated } from './validate.ts';

/** Where the message belongs, and what of it this saga made. Groups have no session: they are nobody's conversation with the project. */
export type SessionFound = {
  readonly chatId: string;
  readonly chatCreated: boolean;
  /** The person in a group; null elsewhere. */
  readonly participantId: string | null;
  readonly participantAdded: boolean;
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
    const participantId = validated.isGroup && !message.fromMe ? contactId : null;
    const participantAdded = participantId !== null && (await addParticipant(database, work, chat.chatId, contactId));
    const session = validated.isGroup
      ? { sessionId: null, sessionCreated: false }
      : await findOrStart(database, work, place, chat.chatId);
    return { ...chat, participantId, participantAdded, ...session };
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
): Promise<boolean> {
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
  return events.length > 0;
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
    const { sessionId, chatId, participantId } = work.result;
    if (sessionId !== null && (await isOursAlone(work, 'session', sessionId)))
      await endSession(database, work, sessionId);
    if (await isOursAlone(work, 'chat', chatId)) {
      await execute(database, work.tx, aggregates.chat, chatId, { type: 'chat.close', data: {} }, work.cause);
    } else if (participantId !== null && (await isParticipantOursAlone(work, chatId, participantId))) {
      await removeParticipant(database, work, chatId, participantId);
    }
  });
}

async function endSession(database: Database, { tx, cause }: StepWork, sessionId: string): Promise<void> {
  const session = await load(database, tx, aggregates.session, sessionId, true);
  // Ended by someone else meanwhile: there is nothing left to take back.
  if (session.state.status !== 'active') return;
  const data = { reason: 'saga_compensated', ...(await endOfSession(tx, sessionId)) };
  await execute(database, tx, aggregates.session, sessionId, { type: 'session.close', data }, cause, {
    loaded: session,
  });
}

async function removeParticipant(
  database: Database,
  { tx, cause }: StepWork,
  chatId: string,
  participantId: string,
): Promise<void> {
  const chat = await load(database, tx, aggregates.chat, chatId, true);
  if (chat.state.status === 'closed') return;
  const command = { type: 'chat.remove_participant', data: { participantId } } as const;
  await execute(database, tx, aggregates.chat, chatId, command, cause, { loaded: chat });
}
