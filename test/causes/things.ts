// What many causes need first: a contact, a chat, a session, a message. Each call makes a new one and gives its id.
import { randomInt } from 'node:crypto';
import type { CauseWorld } from './cause.ts';

/** A contact with a phone number of its own. */
export async function newContact(world: CauseWorld, fields: object = {}): Promise<string> {
  const phone = `55119${randomInt(1e7, 1e8)}`;
  const made = await world.call('POST', '/v1/contacts', {
    projectId: world.projectId,
    name: 'Ana Souza',
    phone,
    ...fields,
  });
  return String(made['id']);
}

/** A chat: in a group if nothing else is said. */
export async function newChat(world: CauseWorld, fields: object = {}): Promise<string> {
  const { tenantId, projectId, channelId } = world;
  const chatId = world.newId();
  const externalId = `${randomInt(1e12, 1e13)}@g.us`;
  const data = { chatId, tenantId, projectId, channelId, chatType: 'group', externalId, ...fields };
  await world.run('chat', chatId, { type: 'chat.create', data });
  return chatId;
}

/** An active session of a new contact. */
export async function newSession(
  world: CauseWorld,
  contactId?: string,
): Promise<{ readonly sessionId: string; readonly contactId: string }> {
  const { tenantId, projectId, channelId } = world;
  const sessionId = world.newId();
  const own = { contactId: contactId ?? (await newContact(world)), sessionId };
  const data = { ...own, tenantId, projectId, channelId, channelTypeId: world.newId() };
  await world.run('session', sessionId, { type: 'session.start', data });
  return own;
}

/** A text message of a new contact in a new session. */
export async function newMessage(
  world: CauseWorld,
  fields: object = {},
): Promise<{ readonly messageId: string; readonly contactId: string; readonly sessionId: string }> {
  const { tenantId, projectId, channelId } = world;
  const { sessionId, contactId } = await newSession(world);
  const messageId = world.newId();
  const own = { messageId, tenantId, projectId, channelId, sessionId, contactId, channelMessageId: `3A${messageId}` };
  const said = { source: 'webhook', messageType: 'text', body: 'oi', fromMe: false, arrival: 1 };
  const data = { ...own, ...said, sentAt: '2026-06-09T10:13:20.000Z', ...fields };
  await world.run('message', messageId, { type: 'message.receive', data });
  return { messageId, contactId, sessionId };
}
