// The client's calls about sessions against the sandbox: made, marked, configured beside others, paired in each way, put to rest, taken away.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createWahaClient, type WahaClient } from '../../integrations/waha/client.ts';
import { type ControlledSandbox, startControlledSandbox } from '../support/sandbox-control.ts';

let sandbox: ControlledSandbox;
let client: WahaClient;
before(async () => {
  sandbox = await startControlledSandbox();
  client = createWahaClient({ baseUrl: sandbox.url, apiKey: sandbox.apiKey, timeoutMs: 2_000 });
});
after(() => sandbox.close());
beforeEach(async () => {
  await sandbox.call('POST', 'sandbox/reset');
  await sandbox.misbehave({ autoPair: false });
});

const hook = { url: 'http://127.0.0.1:9/hook', events: ['session.status', 'message.any'], hmacKey: 'k' };
const marks = { channelId: 'c' };
const status = async (name = 'shop') => (await client.getSession(name))?.status;

/** How often the session changed its state since it was made: a restart shows in it. */
const changes = async (): Promise<number> => {
  const { json } = await sandbox.call('GET', 'sandbox/deliveries');
  return (json as { data: unknown[] }).data.length;
};

test('a session is connected: made with webhook and marks, found as ours, and left alone when nothing differs', async () => {
  assert.equal(await client.getSession('shop'), undefined);
  await client.connectSession('shop', hook, marks);
  const session = await client.getSession('shop');
  assert.deepEqual(session, { status: 'SCAN_QR_CODE', metadata: marks, webhookUrls: [hook.url] });
  await sandbox.scan('shop');
  const before = await changes();
  await client.connectSession('shop', hook, marks);
  assert.deepEqual([await status(), await changes()], ['WORKING', before]);
  await client.connectSession('shop', { ...hook, hmacKey: 'another' }, marks);
  assert.ok((await changes()) > before, 'a new secret needs a restart');
  assert.equal((await sandbox.session('shop'))?.config.webhooks?.[0]?.hmac?.key, 'another');
});

test('what else a session is configured to stays, through connecting and releasing', async () => {
  const other = { url: 'http://127.0.0.1:9/other', events: ['*'] };
  const config = { metadata: { owner: 'o' }, noweb: { store: { enabled: true } }, webhooks: [other] };
  await sandbox.call('POST', 'api/sessions', { name: 'shop', config, start: false });
  await client.connectSession('shop', hook, marks);
  const { hmacKey, ...ours } = hook;
  const connected = {
    ...config,
    metadata: { owner: 'o', ...marks },
    webhooks: [other, { ...ours, hmac: { key: hmacKey } }],
  };
  assert.deepEqual((await sandbox.session('shop'))?.config, connected);
  await client.releaseSession('shop', hook.url);
  assert.deepEqual((await sandbox.session('shop'))?.config, { ...connected, webhooks: [other] });
  assert.equal(await status(), 'STOPPED');
});

test('taking away, releasing and restarting what is gone changes nothing and fails for nobody', async () => {
  await client.connectSession('shop', hook, marks);
  for (let times = 0; times < 2; times += 1) {
    await client.removeSession('shop');
    await client.releaseSession('shop', hook.url);
    await client.restartSession('shop');
    assert.equal(await client.getSession('shop'), undefined);
  }
});

test('a released session is still paired, one that was logged out is not', async () => {
  await client.connectSession('shop', hook, marks);
  await sandbox.scan('shop');
  await client.releaseSession('shop', hook.url);
  await client.connectSession('shop', hook, marks);
  assert.equal(await status(), 'WORKING');
  await sandbox.call('POST', 'api/sessions/shop/logout');
  assert.equal(await status(), 'SCAN_QR_CODE');
});

test('the QR code: another one at each rotation, none once it is scanned, and a session that fails when nobody does', async () => {
  await client.connectSession('shop', hook, marks);
  const seen = new Set<string>();
  for (let codes = 1; codes <= 6; codes += 1) {
    const qr = await client.getQr('shop');
    assert.equal(qr?.mimetype, 'image/png');
    assert.match(Buffer.from(qr?.data ?? '', 'base64').toString('latin1'), /^\x89PNG/);
    seen.add(qr?.data ?? '');
    await sandbox.call('POST', 'sandbox/sessions/shop/rotate-qr');
  }
  assert.equal(seen.size, 6);
  assert.equal(await status(), 'FAILED');
  assert.equal(await client.getQr('shop'), undefined);
  await client.restartSession('shop');
  await sandbox.scan('shop');
  assert.deepEqual([await status(), await client.getQr('shop')], ['WORKING', undefined]);
  assert.equal(await client.getQr('nobody'), undefined);
});

test('a pairing code, and a passkey with its confirmation; each only when it is waited for', async () => {
  await client.connectSession('shop', hook, marks);
  assert.match((await client.requestPairingCode('shop', '5511987654321')) ?? '', /^.{4}-.{4}$/);
  await assert.rejects(client.requestPairingCode('shop', 'x'), { code: 'rejected' });
  assert.equal(await client.getPasskeyChallenge('shop'), undefined);
  assert.equal(await client.confirmPasskey('shop'), false);
  await sandbox.scan('shop', { passkey: true });
  assert.equal(await client.requestPairingCode('shop', '5511987654321'), undefined);
  const challenge = await client.getPasskeyChallenge('shop');
  assert.deepEqual([challenge?.['rpId'], challenge?.['timeout']], ['web.whatsapp.com', 60_000]);
  const response = { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' };
  const assertion = { id: 'AX', rawId: 'AX', type: 'public-key', response };
  await assert.rejects(client.submitPasskey('shop', { id: 'AX' }), { code: 'rejected' });
  assert.equal(await client.submitPasskey('shop', assertion), true);
  assert.match((await client.getPasskeyCode('shop')) ?? '', /^\d{4}$/);
  assert.equal(await client.submitPasskey('shop', assertion), false);
  assert.equal(await client.confirmPasskey('shop'), true);
  assert.deepEqual([await status(), await client.getPasskeyCode('shop')], ['WORKING', undefined]);
});

test('session calls that fail or fall silent are unavailable, and may be repeated', async () => {
  const impatient = createWahaClient({ baseUrl: sandbox.url, apiKey: sandbox.apiKey, timeoutMs: 200 });
  for (const trouble of [{ failSessionCalls: 1 }, { hangSessionCalls: 1 }]) {
    await sandbox.misbehave(trouble);
    await assert.rejects(impatient.connectSession('shop', hook, marks), { code: 'unavailable', retryable: true });
    await impatient.connectSession('shop', hook, marks);
    assert.equal(await status(), 'SCAN_QR_CODE');
    await client.removeSession('shop');
  }
});
