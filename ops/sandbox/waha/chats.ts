// Reading: contacts, hidden ids, chats and their history with the gateway's paging rule; and edits, deletions, reactions.
import { type Context, Hono } from 'hono';
import { findSession, findWorkingSession, HttpAnswer, readBody } from './http.ts';
import { editRequest, reactionRequest } from './requests.ts';
import { ackName, newInnerId, type SandboxState, type StoredMessage } from './state.ts';
import type { WebhookSender } from './webhooks.ts';

/** Routes for contacts, hidden ids, chats and messages. */
export function chatRoutes(state: SandboxState, webhooks: WebhookSender): Hono {
  const app = new Hono();

  app.get('/api/contacts/check-exists', (c) => {
    findWorkingSession(state, c.req.query('session') ?? 'default');
    const phone = (c.req.query('phone') ?? '').replaceAll(/\D/g, '');
    if (phone === '')
      throw new HttpAnswer(400, { message: ['phone must be a string'], error: 'Bad Request', statusCode: 400 });
    const chatId = state.numbers.has(phone) ? state.numbers.get(phone) : `${phone}@c.us`;
    return c.json(chatId ? { numberExists: true, chatId } : { numberExists: false });
  });

  app.get('/api/:session/lids', (c) => {
    findWorkingSession(state, c.req.param('session'));
    const pairs = [...state.lids].map(([lid, pn]) => ({ lid, pn }));
    return c.json(page(pairs, c, 100));
  });
  app.get('/api/:session/lids/count', (c) => c.json({ count: state.lids.size }));
  app.get('/api/:session/lids/pn/:phone', (c) => {
    const pn = withServer(c.req.param('phone'), 'c.us');
    const lid = [...state.lids].find(([, phone]) => phone === pn)?.[0] ?? null;
    return c.json({ lid, pn });
  });
  app.get('/api/:session/lids/:lid', (c) => {
    const lid = withServer(c.req.param('lid'), 'lid');
    return c.json({ lid, pn: state.lids.get(lid) ?? null });
  });

  app.get('/api/:session/chats', (c) => {
    const { name } = findWorkingSession(state, c.req.param('session'));
    return c.json(page(ordered(chatsOf(state, name), c), c, 1000));
  });
  app.get('/api/:session/chats/overview', (c) => {
    const { name } = findWorkingSession(state, c.req.param('session'));
    return c.json(page(chatsOf(state, name), c, 20));
  });

  app.get('/api/:session/chats/:chatId/messages', (c) => {
    const { name } = findWorkingSession(state, c.req.param('session'));
    const wanted = messagesOf(state, name, c.req.param('chatId'))
      .filter((stored) => matches(stored, c))
      .sort((one, two) => one.message.timestamp - two.message.timestamp);
    if (c.req.query('sortOrder') !== 'asc') wanted.reverse();
    // Cut first, then leave out: a page may come out short and still not be the last one.
    const shown = page(wanted, c, 10).filter((stored) => !stored.revoked);
    return c.json(shown.map((stored) => stored.message));
  });

  app.get('/api/:session/chats/:chatId/messages/:messageId', (c) => c.json(find(c).message));

  app.put('/api/:session/chats/:chatId/messages/:messageId', async (c) => {
    const stored = find(c);
    stored.message.body = (await readBody(c, editRequest)).text;
    const id = `true_${stored.chatId}_${newInnerId()}`;
    const payload = { ...stored.message, id, editedMessageId: stored.innerId };
    webhooks.emit(findSession(state, stored.session), 'message.edited', payload);
    return c.json(stored.message);
  });

  app.delete('/api/:session/chats/:chatId/messages/:messageId', (c) => {
    const stored = find(c);
    stored.revoked = true;
    const after = { ...stored.message, id: `true_${stored.chatId}_${newInnerId()}`, body: null };
    const payload = { after, before: stored.message, revokedMessageId: stored.innerId };
    webhooks.emit(findSession(state, stored.session), 'message.revoked', payload);
    return c.body(null, 200);
  });

  app.put('/api/reaction', async (c) => {
    const { session: name, messageId, reaction } = await readBody(c, reactionRequest);
    const session = findWorkingSession(state, name);
    const stored = state.messages.find((one) => one.session === name && sameMessage(one, messageId));
    if (stored === undefined) throw notFound();
    const id = `true_${stored.chatId}_${newInnerId()}`;
    const timestamp = Date.now() / 1000;
    const from = { from: session.me.id, fromMe: true, source: 'api', to: stored.chatId, participant: null };
    webhooks.emit(session, 'message.reaction', { id, timestamp, ...from, reaction: { text: reaction, messageId } });
    return c.json({ key: { id } });
  });

  function find(c: Context): StoredMessage {
    const { name } = findWorkingSession(state, c.req.param('session') ?? '');
    const messageId = c.req.param('messageId') ?? '';
    const stored = state.messages.find((one) => one.session === name && sameMessage(one, messageId));
    if (stored === undefined || stored.revoked) throw notFound();
    return stored;
  }

  return app;
}

function notFound(): HttpAnswer {
  return new HttpAnswer(404, { message: 'Message not found', error: 'Not Found', statusCode: 404 });
}

function sameMessage(stored: StoredMessage, messageId: string): boolean {
  return messageId === stored.innerId || messageId.split('_')[2] === stored.innerId;
}

const indexes = new WeakMap<SandboxState, { read: number; chats: Map<string, StoredMessage[]> }>();

/** A chat's messages, or those of all. By an index that grows with the messages: a long past has many pages. */
function messagesOf(state: SandboxState, session: string, chatId: string): StoredMessage[] {
  if (chatId === 'all') return state.messages.filter((stored) => stored.session === session);
  let index = indexes.get(state);
  if (index === undefined || index.read > state.messages.length) index = { read: 0, chats: new Map() };
  indexes.set(state, index);
  for (const stored of state.messages.slice(index.read)) {
    const key = `${stored.session} ${stored.chatId}`;
    const chat = index.chats.get(key);
    if (chat) chat.push(stored);
    else index.chats.set(key, [stored]);
  }
  index.read = state.messages.length;
  return [...(index.chats.get(`${session} ${chatId}`) ?? [])];
}

function ordered<T extends { id: string }>(chats: T[], c: Context): T[] {
  if (c.req.query('sortBy') !== 'id') return chats;
  const byId = chats.toSorted((one, two) => (one.id < two.id ? -1 : 1));
  return c.req.query('sortOrder') === 'asc' ? byId : byId.reverse();
}

function chatsOf(state: SandboxState, session: string) {
  const newest = new Map<string, StoredMessage>();
  for (const stored of state.messages) if (stored.session === session) newest.set(stored.chatId, stored);
  return [...newest]
    .map(([id, stored]) => ({ id, name: null, picture: null, lastMessage: stored.message, _chat: {} }))
    .sort((one, two) => two.lastMessage.timestamp - one.lastMessage.timestamp);
}

function matches({ message }: StoredMessage, c: Context): boolean {
  const from = Number(c.req.query('filter.timestamp.gte') ?? 0);
  const to = Number(c.req.query('filter.timestamp.lte') ?? Number.MAX_SAFE_INTEGER);
  const own = c.req.query('filter.fromMe');
  const ack = c.req.query('filter.ack');
  if (message.timestamp < from || message.timestamp > to) return false;
  return (own === undefined || String(message.fromMe) === own) && (ack === undefined || ackName(message.ack) === ack);
}

function page<T>(items: T[], c: Context, limit: number): T[] {
  const offset = Number(c.req.query('offset') ?? 0);
  return items.slice(offset, offset + Number(c.req.query('limit') ?? limit));
}

function withServer(user: string, server: string): string {
  return user.includes('@') ? user : `${user}@${server}`;
}
