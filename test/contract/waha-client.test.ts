// The gateway's client against the sandbox over HTTP: answers in both shapes, reserved ids, and every way a call can fail.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { createWahaClient, type WahaClient } from '../../integrations/waha/client.ts';
import type { WahaErrorCode } from '../../integrations/waha/waha-error.ts';
import { startWahaSandbox, type WahaSandbox } from '../../ops/sandbox/waha/sandbox.ts';
import { eventually } from '../support/eventually.ts';

const apiKey = 'contract-key';
const chatId = '5521900000102@c.us';
let sandbox: WahaSandbox;
let client: WahaClient;

before(async () => {
  sandbox = await startWahaSandbox({ port: 0, apiKey });
  client = createWahaClient({ baseUrl: sandbox.url, apiKey, timeoutMs: 5_000 });
});
after(() => sandbox.close());
beforeEach(async () => {
  await control('POST', 'reset');
  await client.createOrUpdateSession('shop', { webhooks: [] });
});

async function control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = { method, headers: { 'x-api-key': apiKey, 'content-type': 'application/json' } };
  const answer = await fetch(
    `${sandbox.url}/sandbox/${path}`,
    body === undefined ? init : { ...init, body: JSON.stringify(body) },
  );
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
}

async function sentRequests(): Promise<
  { call: string; body: Record<string, unknown>; repeated: boolean; outcome: string }[]
> {
  return (await control('GET', 'sent'))['data'] as Awaited<ReturnType<typeof sentRequests>>;
}

function failsWith(code: WahaErrorCode, retryable: boolean, status?: number) {
  return (error: unknown) => {
    const { name, message, ...rest } = error as Error & { code: string; retryable: boolean; status?: number };
    assert.equal(name, 'WahaError', message);
    assert.deepEqual([rest.code, rest.retryable, rest.status], [code, retryable, status], message);
    return true;
  };
}

test('a reserved id is the id of the message that is sent, and sending it again sends nothing', async () => {
  const id = await client.newMessageId('shop');
  const first = await client.sendText({ session: 'shop', chatId, text: 'pronto', id, replyTo: 'false_x@c.us_3A77' });
  const second = await client.sendText({ session: 'shop', chatId, text: 'pronto', id });
  assert.equal(first.innerId, id);
  assert.equal(second.innerId, id);
  assert.equal(first.fromMe, true);
  assert.equal(first.status, 'queued');
  const requests = await sentRequests();
  assert.deepEqual(
    requests.map((request) => request.repeated),
    [false, true],
  );
  assert.equal(requests[0]?.body['reply_to'], 'false_x@c.us_3A77');
});

test('the answer in the key shape is understood', async () => {
  await control('PUT', 'misbehaviour', { keyShapedAnswers: true });
  const sent = await client.sendText({ session: 'shop', chatId, text: 'oi', id: '3EB0AA' });
  assert.deepEqual([sent.innerId, sent.fromMe, sent.status], ['3EB0AA', true, 'queued']);
  assert.ok(sent.sentAt !== undefined && Math.abs(Date.parse(sent.sentAt) - Date.now()) < 60_000);
});

test('every kind of file goes out as the OpenAPI file asks', async () => {
  const target = { session: 'shop', chatId };
  const url = 'https://files.example.com/x';
  await client.sendImage({ ...target, file: { mimetype: 'image/png', url, filename: 'x.png' }, caption: 'menu' });
  await client.sendFile({ ...target, file: { mimetype: 'application/pdf', data: 'QUJD', filename: 'x.pdf' } });
  await client.sendVoice({ ...target, file: { mimetype: 'audio/ogg; codecs=opus', url } });
  await client.sendVideo({ ...target, file: { mimetype: 'video/mp4', url, filename: 'x.mp4' }, caption: 'forno' });
  assert.deepEqual(
    (await sentRequests()).map((request) => [request.call, request.outcome]),
    ['sendImage', 'sendFile', 'sendVoice', 'sendVideo'].map((call) => [call, 'answered']),
  );
});

test('a send that hangs is unknown, and asking for the message settles it either way', async () => {
  const impatient = createWahaClient({ baseUrl: sandbox.url, apiKey, timeoutMs: 150 });
  const send = (id: string) => impatient.sendText({ session: 'shop', chatId, text: 'oi', id });
  await control('PUT', 'misbehaviour', { hangAfterSend: 1 });
  await assert.rejects(send('3EB0BB'), failsWith('timeout_unknown', false));
  assert.equal((await client.getMessage('shop', chatId, `true_${chatId}_3EB0BB`))?.innerId, '3EB0BB');
  await control('PUT', 'misbehaviour', { hangBeforeSend: 1 });
  await assert.rejects(send('3EB0CC'), failsWith('timeout_unknown', false));
  assert.equal(await client.getMessage('shop', chatId, `true_${chatId}_3EB0CC`), undefined);
});

test('a connection that breaks after the request is unknown for a send, unavailable for a question', async () => {
  const server = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const broken = createWahaClient({ baseUrl, apiKey, timeoutMs: 2_000 });
  await assert.rejects(broken.sendText({ session: 'shop', chatId, text: 'oi' }), failsWith('timeout_unknown', false));
  await assert.rejects(broken.checkExists('shop', '5521900000102'), failsWith('unavailable', true));
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(broken.sendText({ session: 'shop', chatId, text: 'oi' }), failsWith('unavailable', true));
});

test('errors by status', async () => {
  const stranger = createWahaClient({ baseUrl: sandbox.url, apiKey: 'wrong', timeoutMs: 2_000 });
  await assert.rejects(stranger.newMessageId('shop'), failsWith('unauthorized', false, 401));
  await assert.rejects(client.newMessageId('nobody'), failsWith('not_found', false, 404));
  await assert.rejects(
    client.sendText({ session: 'shop', chatId: 'no-chat', text: 'x' }),
    failsWith('rejected', false, 400),
  );
  await control('PUT', 'misbehaviour', { failSends: 1 });
  await assert.rejects(client.sendText({ session: 'shop', chatId, text: 'x' }), failsWith('unavailable', true, 500));
  await control('PUT', 'sessions/shop/status', { status: 'STARTING' });
  await assert.rejects(client.sendText({ session: 'shop', chatId, text: 'x' }), failsWith('unavailable', true, 422));
});

test('an error quotes neither what was sent nor what was answered', async () => {
  const secret = 'S3CRET-5521900000199';
  const failure = client.sendText({ session: 'shop', chatId: secret, text: secret });
  await assert.rejects(failure, (error: Error) => !error.message.includes('S3CRET'));
});

test('hidden ids and numbers are looked up both ways, unknown ones are empty', async () => {
  await control('PUT', 'lids', { lid: '200000000000102@lid', pn: chatId });
  assert.deepEqual(await client.lookupLid('shop', '200000000000102'), { phone: '5521900000102' });
  assert.deepEqual(await client.lookupLid('shop', '200000000000102@lid'), { phone: '5521900000102' });
  assert.deepEqual(await client.lookupPhone('shop', '5521900000102'), { lid: '200000000000102' });
  assert.deepEqual(await client.lookupLid('shop', '1'), {});
  assert.deepEqual(await client.lookupPhone('shop', '1'), {});
});

test('a number’s chat id is the gateway’s, whatever digits were asked for', async () => {
  await control('PUT', 'numbers', { phone: '5521981234567', chatId: '552181234567@c.us' });
  await control('PUT', 'numbers', { phone: '5521900000000', chatId: null });
  assert.deepEqual(await client.checkExists('shop', '5521981234567'), { exists: true, chatId: '552181234567@c.us' });
  assert.deepEqual(await client.checkExists('shop', '5521900000000'), { exists: false });
});

test('a session is made, shown, changed, and comes up each time', async () => {
  assert.equal(await client.getSession('other'), undefined);
  const webhook = { url: 'http://127.0.0.1:9/hook', events: ['message.any'], hmacKey: 'k' };
  await client.createOrUpdateSession('other', { webhooks: [webhook], metadata: { channel: '1' } });
  await client.createOrUpdateSession('other', { webhooks: [webhook] });
  const session = await eventually(async () => {
    const seen = await client.getSession('other');
    return seen?.status === 'WORKING' ? seen : undefined;
  });
  assert.match(session.me?.phone ?? '', /^55119\d{8}$/);
});
