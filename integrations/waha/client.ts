// createWahaClient: the gateway's HTTP API as the product uses it. Every call is bounded in time and throws only WahaError.
import { type Dispatcher, request } from 'undici';
import { parseAddress } from './addresses.ts';
import { checkExistsAnswer, lidAnswer, newIdAnswer, readMessageAnswer, type WahaMessage } from './answers.ts';
import { type Calling, none, read, segment } from './calling.ts';
import { dropUndefined } from './drop-undefined.ts';
import { createHistoryCalls, type WahaHistoryCalls } from './history-calls.ts';
import { asRecord, pickText } from './loose.ts';
import { createSessionCalls, type WahaSessionCalls } from './session-calls.ts';
import { errorOfFailure, errorOfStatus, WahaError } from './waha-error.ts';

/** A file to send: an address the gateway can fetch, or the bytes in base64. */
export type OutgoingFile = { mimetype: string; filename?: string } & ({ url: string } | { data: string });

/** Where a message goes. `id` is one that `newMessageId` reserved: repeating a send with it sends once. `replyTo` is a full message id. */
export type SendTarget = { session: string; chatId: string; id?: string; replyTo?: string };

/** The calls. Each throws WahaError. */
export type WahaClient = WahaSessionCalls &
  WahaHistoryCalls & {
    newMessageId(session: string): Promise<string>;
    sendText(message: SendTarget & { text: string }): Promise<WahaMessage>;
    sendImage(message: SendTarget & { file: OutgoingFile; caption?: string }): Promise<WahaMessage>;
    sendFile(message: SendTarget & { file: OutgoingFile; caption?: string }): Promise<WahaMessage>;
    sendVoice(message: SendTarget & { file: OutgoingFile }): Promise<WahaMessage>;
    sendVideo(message: SendTarget & { file: OutgoingFile; caption?: string }): Promise<WahaMessage>;
    /** The message, or undefined when the gateway does not know it: the way to settle an unknown send. */
    getMessage(session: string, chatId: string, messageId: string): Promise<WahaMessage | undefined>;
    /** The phone number behind a hidden id, digits only; empty while the gateway has not learnt it. */
    lookupLid(session: string, lid: string): Promise<{ phone?: string }>;
    /** The hidden id of a phone number, digits only; empty while the gateway has not learnt it. */
    lookupPhone(session: string, phone: string): Promise<{ lid?: string }>;
    /** Whether a number can be written to, and the chat id to use: its digits may differ from the number's (Brazil's ninth digit). */
    checkExists(session: string, phone: string): Promise<{ exists: boolean; chatId?: string }>;
  };

/** Creates a client of one gateway. `timeoutMs` bounds every single call. */
export function createWahaClient(options: { baseUrl: string; apiKey: string; timeoutMs: number }): WahaClient {
  const base = options.baseUrl.replace(/\/+$/, '');

  const call: Calling = async (what, { method, path, body, sends = false }) => {
    const answer = await exchange(what, method, path, body, sends);
    if (answer.status >= 200 && answer.status < 300) return answer.json;
    throw errorOfStatus(answer.status, what, { sends, notReady: saysNotReady(answer.status, answer.json) });
  };

  async function exchange(what: string, method: Dispatcher.HttpMethod, path: string, body: unknown, sends: boolean) {
    try {
      const answer = await request(`${base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'x-api-key': options.apiKey,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, json: parseJson(text) };
    } catch (error) {
      throw errorOfFailure(error, what, { sends });
    }
  }

  async function send(
    name: string,
    { session, chatId, id, replyTo }: SendTarget,
    content: object,
  ): Promise<WahaMessage> {
    const body = dropUndefined({ session, chatId, id, reply_to: replyTo, ...content });
    const message = readMessageAnswer(await call(name, { method: 'POST', path: `/api/${name}`, body, sends: true }));
    if (message !== undefined) return message;
    // Accepted, but the answer does not say which message it became: the id given with the call does.
    if (id !== undefined) return { innerId: id, fromMe: true };
    throw new WahaError('timeout_unknown', `${name}: the gateway's answer names no message`);
  }

  return {
    ...createSessionCalls(call),
    ...createHistoryCalls(call),
    async newMessageId(session) {
      const answer = await call('newMessageId', { method: 'GET', path: `/api/${segment(session)}/new-message-id` });
      return read(newIdAnswer, answer, 'newMessageId').id;
    },
    sendText: (message) => send('sendText', message, { text: message.text }),
    sendImage: (message) => send('sendImage', message, { file: message.file, caption: message.caption }),
    sendFile: (message) => send('sendFile', message, { file: message.file, caption: message.caption }),
    sendVoice: (message) => send('sendVoice', message, { file: message.file, convert: false }),
    sendVideo: (message) =>
      send('sendVideo', message, { file: message.file, caption: message.caption, convert: false }),
    async getMessage(session, chatId, messageId) {
      const path = `/api/${segment(session)}/chats/${segment(chatId)}/messages/${segment(messageId)}?downloadMedia=false`;
      return call('getMessage', { method: 'GET', path }).then(readMessageAnswer, none);
    },
    async lookupLid(session, lid) {
      const path = `/api/${segment(session)}/lids/${segment(lid.includes('@') ? lid : `${lid}@lid`)}`;
      const answer = await call('lookupLid', { method: 'GET', path }).catch(none);
      return dropUndefined({ phone: parseAddress(read(lidAnswer, answer ?? {}, 'lookupLid').pn)?.user });
    },
    async lookupPhone(session, phone) {
      const path = `/api/${segment(session)}/lids/pn/${segment(phone)}`;
      const answer = await call('lookupPhone', { method: 'GET', path }).catch(none);
      return dropUndefined({ lid: parseAddress(read(lidAnswer, answer ?? {}, 'lookupPhone').lid)?.user });
    },
    async checkExists(session, phone) {
      const path = `/api/contacts/check-exists?${new URLSearchParams({ phone, session })}`;
      const answer = read(checkExistsAnswer, await call('checkExists', { method: 'GET', path }), 'checkExists');
      return dropUndefined({ exists: answer.numberExists, chatId: answer.chatId });
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function saysNotReady(status: number, json: unknown): boolean {
  const answer = asRecord(json);
  return (
    status === 422 &&
    (Array.isArray(answer?.['expected']) || /status is not as expected/i.test(pickText(answer, 'error') ?? ''))
  );
}
