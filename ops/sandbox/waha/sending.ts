// The sending calls, with reserved ids, the echo (`message.any`) and the acks that follow, and every way in which a send goes wrong.
import { Hono } from 'hono';
import { findWorkingSession, HttpAnswer, hang, readBody } from './http.ts';
import { chatRequest, type SendCall, sendRequests } from './requests.ts';
import {
  ackName,
  newInnerId,
  type SandboxState,
  type SentRequest,
  type Session,
  type StoredMessage,
  takeOne,
  type WaMessage,
} from './state.ts';
import { pause, type WebhookSender } from './webhooks.ts';

const sendCalls = Object.keys(sendRequests) as SendCall[];
const ackDelayMs = 60;

/** Routes that send; `stop` ends what hangs and what is still to be acknowledged. */
export function sendingRoutes(state: SandboxState, webhooks: WebhookSender, stop: AbortSignal): Hono {
  const app = new Hono();

  app.get('/api/:session/new-message-id', (c) => {
    findWorkingSession(state, c.req.param('session'));
    return c.json({ id: newInnerId() });
  });

  for (const call of sendCalls) {
    app.post(`/api/${call}`, async (c) => {
      const body = await readBody(c, sendRequests[call]);
      const session = findWorkingSession(state, body.session);
      const request: SentRequest = { call, body, messageId: undefined, repeated: false, outcome: 'hung' };
      state.sent.push(request);
      await pause(state.misbehaviour.slowMs, stop);
      if (takeOne(state, 'hangBeforeSend')) return hang(c.req.raw.signal, stop);
      if (takeOne(state, 'failSends')) {
        request.outcome = 'failed';
        throw new HttpAnswer(500, { statusCode: 500, message: 'Internal server error' });
      }
      const stored = send(session, call, body, request);
      if (takeOne(state, 'hangAfterSend')) return hang(c.req.raw.signal, stop);
      request.outcome = 'answered';
      return c.json(state.misbehaviour.keyShapedAnswers ? keyShaped(stored) : stored.message, 201);
    });
  }

  function send(session: Session, call: SendCall, body: Record<string, unknown>, request: SentRequest): StoredMessage {
    const innerId = text(body['id']) ?? newInnerId();
    request.messageId = innerId;
    const known = state.messages.find((other) => other.session === session.name && other.innerId === innerId);
    if (known !== undefined) {
      request.repeated = true;
      return known;
    }
    const stored = compose(session, call, body, innerId);
    state.messages.push(stored);
    void announce(session, stored);
    return stored;
  }

  async function announce(session: Session, stored: StoredMessage): Promise<void> {
    const echo = { ...stored.message, source: 'api' };
    const acks = state.misbehaviour.noAcks ? [] : [1, 2, 3];
    if (state.misbehaviour.reorderAcks) {
      for (const ack of acks.reverse()) emitAck(session, stored, ack);
      if (await pause(ackDelayMs, stop)) webhooks.emit(session, 'message.any', echo);
      return;
    }
    webhooks.emit(session, 'message.any', echo);
    for (const ack of acks) {
      if (!(await pause(ackDelayMs, stop))) return;
      emitAck(session, stored, ack);
    }
  }

  function emitAck(session: Session, stored: StoredMessage, ack: number): void {
    stored.message.ack = Math.max(stored.message.ack, ack);
    stored.message.ackName = ackName(stored.message.ack);
    const { id, from, to } = stored.message;
    const payload = { id, from, to, participant: null, fromMe: true, ack, ackName: ackName(ack), _data: {} };
    webhooks.emit(session, 'message.ack', payload);
  }

  for (const call of ['sendSeen', 'startTyping', 'stopTyping']) {
    app.post(`/api/${call}`, async (c) => {
      findWorkingSession(state, (await readBody(c, chatRequest)).session);
      return c.json({}, 201);
    });
  }

  return app;
}

function compose(session: Session, call: SendCall, body: Record<string, unknown>, innerId: string): StoredMessage {
  const chatId = String(body['chatId']);
  const file = call === 'sendText' ? undefined : (body['file'] as Record<string, unknown>);
  const message: WaMessage = {
    id: `true_${chatId}_${innerId}`,
    timestamp: Math.floor(Date.now() / 1000),
    from: session.me.id,
    fromMe: true,
    to: chatId,
    participant: null,
    body: text(body['text']) ?? text(body['caption']) ?? null,
    hasMedia: file !== undefined,
    media: file && { url: text(file['url']) ?? null, mimetype: file['mimetype'], filename: file['filename'] ?? null },
    ack: 0,
    ackName: ackName(0),
    location: null,
    vCards: null,
    replyTo: text(body['reply_to']) === undefined ? null : { id: body['reply_to'] },
    _data: { Info: { Chat: chatId, Sender: session.me.jid, IsFromMe: true, ID: innerId } },
  };
  return { session: session.name, chatId, innerId, revoked: false, message };
}

function keyShaped({ message, innerId, chatId }: StoredMessage) {
  return {
    key: { remoteJid: chatId.replace(/@c\.us$/, '@s.whatsapp.net'), fromMe: true, id: innerId },
    message: { extendedTextMessage: { text: message.body } },
    messageTimestamp: String(message.timestamp),
    status: 'PENDING',
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
