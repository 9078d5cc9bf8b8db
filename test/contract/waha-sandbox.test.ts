// The sandbox keeps the gateway's wire contract: signed webhooks with retries, echo and acks, paging, states, errors in the original's words.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayEvent } from '../../integrations/waha/gateway-event.ts';
import { parseGatewayEvent } from '../../integrations/waha/parse.ts';
import { hashRawBody, verifySignature } from '../../integrations/waha/signature.ts';
import { startWahaSandbox, type WahaSandbox } from '../../ops/sandbox/waha/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { type Received, startWebhookReceiver, type WebhookReceiver } from './waha-receiver.ts';

const apiKey = 'contract-key';
const key = 'hook-secret';
const chatId = '5521900000102@c.us';
let sandbox: WahaSandbox;
let receiver: WebhookReceiver;
let answer: (request: number) => number = () => 200;

before(async () => {
  sandbox = await startWahaSandbox({ port: 0, apiKey });
});
after(() => sandbox.close());
afterEach(() => receiver.close());
beforeEach(async () => {
  answer = () => 200;
  receiver = await startWebhookReceiver((request) => answer(request));
  await api('POST', '/sandbox/reset');
  const retries = { policy: 'constant', delaySeconds: 0.02, attempts: 4 };
  const customHeaders = [{ name: 'X-Shop', value: 'padaria' }];
  const webhooks = [{ url: receiver.url, events: ['*'], hmac: { key }, retries, customHeaders }];
  const config = { webhooks, metadata: { channel: '7' } };
  assert.equal((await api('POST', '/api/sessions', { name: 'shop', config })).status, 201);
});

async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init = { method, headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...headers } };
  const response = await fetch(
    `${sandbox.url}${path}`,
    body === undefined ? init : { ...init, body: JSON.stringify(body) },
  );
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
}

function parse({ body, raw }: Received): GatewayEvent {
  return parseGatewayEvent(body, { rawHash: hashRawBody(raw), receivedAt: new Date(0).toISOString() });
}

function inject(payload: object, more: object = {}) {
  return api('POST', '/sandbox/events', { session: 'shop', payload, wait: true, ...more });
}

const inbound = (innerId: string, timestamp = 1781000000) => ({
  id: `false_${chatId}_${innerId}`,
  timestamp,
  from: chatId,
  fromMe: false,
  body: innerId,
  hasMedia: false,
});

async function statesSeen(): Promise<string[]> {
  const states = receiver.received
    .map(parse)
    .flatMap((event) => (event.kind === 'session_status' ? [event.status] : []));
  return states.sort();
}

test('a webhook carries the documented headers and a signature over its exact bytes', async () => {
  await inject(inbound('3A01'));
  const received = receiver.received.find((one) => one.body['event'] === 'message.any');
  assert.ok(received);
  const { headers, raw } = received;
  const signature = String(headers['x-webhook-hmac']);
  assert.equal(
    verifySignature({ rawBody: raw, key, signature, algorithm: String(headers['x-webhook-hmac-algorithm']) }),
    'ok',
  );
  assert.match(String(headers['user-agent']), /^WAHA\//);
  assert.match(String(headers['x-webhook-timestamp']), /^\d{13}$/);
  assert.ok(headers['x-webhook-request-id']);
  assert.equal(headers['x-shop'], 'padaria');
  assert.match(String(received.body['id']), /^evt_[0-9a-hjkmnp-tv-z]{26}$/);
  assert.deepEqual(received.body['metadata'], { channel: '7' });
});

test('starting a session leads to WORKING, each state announced', async () => {
  await eventually(async () => (await statesSeen()).length === 3);
  assert.deepEqual(await statesSeen(), ['SCAN_QR_CODE', 'STARTING', 'WORKING']);
  const shown = await api('GET', '/api/sessions/shop');
  assert.equal(shown.json.status, 'WORKING');
  assert.match(shown.json.me.id, /@c\.us$/);
});

test('a refused webhook is tried again with the same body until it is taken, or given up', async () => {
  await eventually(async () => (await statesSeen()).length === 3);
  const start = receiver.received.length;
  answer = (request) => (request - start < 3 ? 503 : 200);
  const taken = await inject(inbound('3A02'));
  assert.equal(taken.json.deliveries[0].state, 'delivered');
  assert.deepEqual(
    taken.json.deliveries[0].attempts.map((attempt: { status: number }) => attempt.status),
    [503, 503, 200],
  );
  assert.deepEqual(receiver.received[start]?.raw, receiver.received[start + 2]?.raw);
  answer = () => 500;
  const lost = await inject(inbound('3A03'));
  assert.equal(lost.json.deliveries[0].state, 'given_up');
  assert.equal(lost.json.deliveries[0].attempts.length, 4);
});

test('a send is echoed as message.any and acknowledged, in the forms the parser knows', async () => {
  const sent = await api('POST', '/api/sendText', { session: 'shop', chatId, text: 'pronto', id: '3EB0DD' });
  assert.equal(sent.status, 201);
  assert.equal(sent.json.id, `true_${chatId}_3EB0DD`);
  await eventually(() => receiver.received.map(parse).filter((event) => event.kind === 'ack').length === 3);
  const events = receiver.received.map(parse);
  const echo = events.find((event) => event.kind === 'message');
  assert.ok(echo?.kind === 'message');
  assert.deepEqual(
    [echo.innerId, echo.fromMe, echo.source, echo.sender?.phone],
    ['3EB0DD', true, 'api', '5521900000102'],
  );
  const statuses = events.flatMap((event) => (event.kind === 'ack' ? [event.status] : []));
  assert.deepEqual(statuses.sort(), ['delivered', 'read', 'sent']);
});

test('misbehaviour on request: acks before the echo, doubled and lost webhooks, wrong signatures', async () => {
  await eventually(async () => (await statesSeen()).length === 3);
  const kinds = () =>
    receiver.received
      .slice(3)
      .map(parse)
      .map((event) => event.kind);
  await api('PUT', '/sandbox/misbehaviour', { reorderAcks: true });
  await api('POST', '/api/sendText', { session: 'shop', chatId, text: 'oi' });
  await eventually(() => kinds().length === 4);
  assert.deepEqual(kinds(), ['ack', 'ack', 'ack', 'message']);
  await api('PUT', '/sandbox/misbehaviour', { duplicateWebhooks: 1 });
  await inject(inbound('3A04'));
  assert.equal(kinds().length, 6);
  await api('PUT', '/sandbox/misbehaviour', { loseWebhooks: 1 });
  assert.equal((await inject(inbound('3A05'))).json.deliveries[0].state, 'lost');
  assert.equal(kinds().length, 6);
  await inject(inbound('3A06'), { signature: '00' });
  assert.equal(receiver.received.at(-1)?.headers['x-webhook-hmac'], '00');
});

test('a raw body is delivered as it is', async () => {
  await inject({}, { raw: '{"not json' });
  assert.equal(receiver.received.at(-1)?.raw.toString(), '{"not json');
});

test('history: raise offset by limit, a short page is not the last', async () => {
  for (let number = 0; number < 25; number += 1) await inject(inbound(`3B${number}`, 1781000000 + number));
  await api('DELETE', `/api/shop/chats/${encodeURIComponent(chatId)}/messages/3B20`);
  const page = async (offset: number, more = '') =>
    (await api('GET', `/api/shop/chats/${encodeURIComponent(chatId)}/messages?limit=10&offset=${offset}${more}`)).json
      .length;
  assert.deepEqual([await page(0), await page(10), await page(20), await page(30)], [9, 10, 5, 0]);
  assert.equal(await page(0, '&filter.timestamp.gte=1781000023'), 2);
  const one = await api('GET', `/api/shop/chats/all/messages/false_${chatId}_3B24`);
  assert.equal(one.json.body, '3B24');
  assert.equal((await api('GET', '/api/shop/chats')).json[0].id, chatId);
});

test('edits, deletions and reactions are announced', async () => {
  await inject(inbound('3C01'));
  const path = `/api/shop/chats/${encodeURIComponent(chatId)}/messages/3C01`;
  await api('PUT', path, { text: 'três' });
  await api('PUT', '/api/reaction', { session: 'shop', messageId: `false_${chatId}_3C01`, reaction: '👍' });
  await api('DELETE', path);
  const events = () => receiver.received.map(parse).filter((event) => 'innerId' in event && event.innerId === '3C01');
  await eventually(() => events().length === 4);
  assert.deepEqual(
    events()
      .map((event) => event.kind)
      .sort(),
    ['edit', 'message', 'reaction', 'revoke'],
  );
});

test('errors are the original’s', async () => {
  assert.deepEqual(await api('GET', '/api/sessions', undefined, { 'x-api-key': 'no' }), {
    status: 401,
    json: { message: 'Unauthorized', statusCode: 401 },
  });
  const faulty = await api('POST', '/api/sendText', { session: 'shop', chatId });
  assert.equal(faulty.status, 400);
  assert.match(faulty.json.message[0], /^text /);
  assert.equal(
    (await api('POST', '/api/sendImage', { session: 'shop', chatId, file: { mimetype: 'x/y' } })).status,
    400,
  );
  // A bare id does not say which message is meant.
  const reply = { session: 'shop', chatId, text: 'x', reply_to: '3EB0AA' };
  assert.equal((await api('POST', '/api/sendText', reply)).status, 400);
  assert.equal((await api('GET', '/api/sessions/nobody')).status, 404);
  await api('PUT', '/sandbox/sessions/shop/status', { status: 'SCAN_QR_CODE' });
  const early = await api('POST', '/api/sendText', { session: 'shop', chatId, text: 'x' });
  assert.deepEqual([early.status, early.json.status, early.json.expected], [422, 'SCAN_QR_CODE', ['WORKING']]);
  assert.deepEqual((await api('GET', '/api/shop/auth/qr?format=raw')).json, { value: '2@sandbox-shop-1' });
  assert.equal((await api('GET', '/api/nothing')).status, 404);
});

test('as a process: ready, says where, ends on SIGTERM; a taken port is named', async () => {
  const file = fileURLToPath(new URL('../../ops/sandbox/waha/server.ts', import.meta.url));
  const run = (port: string) =>
    spawn(process.execPath, ['--import', 'tsx', file], {
      env: { PATH: process.env['PATH'], WAHA_URL: `http://127.0.0.1:${port}`, WAHA_API_KEY: apiKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const child = run('0');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /http:\S+/.exec(line.toString())?.[0] ?? '';
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  const second = run(new URL(url).port);
  const [complaint] = (await once(second.stderr, 'data')) as [Buffer];
  assert.match(complaint.toString(), /Port \d+ is taken\. Set WAHA_SANDBOX_PORT/);
  if (second.exitCode === null) await once(second, 'exit');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
