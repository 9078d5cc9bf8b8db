// Connecting a channel through all processes: the QR code over HTTP and as a stream, code and passkey, lost webhooks, a killed worker; switched off and deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Answered, type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let count = 0;
before(async () => {
  product = await startRunningProduct('channel-activation', { environment: { WAHA_TIMEOUT_MS: '1500' } });
  await misbehave({ autoPair: false });
});
after(() => product?.stop());

const misbehave = (how: object): Promise<Loose> => product.callSandbox('PUT', 'sandbox/misbehaviour', how);
const scan = (session: string, how: object = {}): Promise<Loose> =>
  product.callSandbox('POST', `sandbox/sessions/${session}/scan`, how);

type Branch = {
  readonly path: string;
  readonly id: string;
  readonly session: string;
  readonly post: (verb: string, body?: unknown) => Promise<Answered>;
  readonly pairing: () => Promise<Loose>;
  /** Waits until the pairing says so. */
  readonly shows: (field: string, is: (value: unknown) => boolean, timeoutMs?: number) => Promise<Loose>;
  readonly reaches: (status: string, timeoutMs?: number) => Promise<Loose>;
};

/** A channel of its own, with a session of its own. */
async function newBranch(): Promise<Branch> {
  count += 1;
  const session = `branch-${count}`;
  const body = { projectId: product.demo.projectId, name: `Branch ${count}`, type: 'waha', externalId: session };
  const { status, json } = await product.call('POST', '/v1/channels', body);
  assert.equal(status, 201, JSON.stringify(json));
  const id = String(json['id']);
  const path = `/v1/channels/${id}`;
  const pairing = async () => (await product.call('GET', `${path}/pairing`)).json;
  const shows: Branch['shows'] = (field, is, timeoutMs = 15_000) =>
    eventually(
      async () => {
        const now = await pairing();
        assert.ok(
          is(now[field]),
          `${field} is ${JSON.stringify(now[field])} in ${JSON.stringify({ ...now, qr: null })}`,
        );
        return now;
      },
      { timeoutMs, everyMs: 100 },
    );
  return {
    path,
    id,
    session,
    post: (verb, body) => product.call('POST', `${path}/${verb}`, body),
    pairing,
    shows,
    reaches: (status, timeoutMs) => shows('status', (now) => now === status, timeoutMs),
  };
}

async function activating(): Promise<Branch> {
  const branch = await newBranch();
  const { status, json } = await branch.post('activate');
  assert.deepEqual([status, json['status'] as unknown], [200, 'activating']);
  return branch;
}

const picture = (pairing: Loose): unknown => pairing['qr']?.['data'];
const waitsForScan = (branch: Branch) => branch.shows('sessionStatus', (now) => now === 'SCAN_QR_CODE');
const gone = async (session: string): Promise<boolean> => {
  const all = (await product.callSandbox('GET', 'api/sessions?all=true')) as unknown as readonly Loose[];
  return !all.some(({ name }) => (name as unknown) === session);
};

/** Reads a stream of events into `sent` until `enough` of them came. */
async function follow(path: string, sent: Loose[], enough: () => boolean): Promise<void> {
  const cut = new AbortController();
  const answer = await fetch(`${product.apiUrl}${path}`, {
    headers: { authorization: `Bearer ${product.demo.apiKey}` },
    signal: AbortSignal.any([cut.signal, AbortSignal.timeout(20_000)]),
  });
  assert.equal(answer.status, 200);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) sent.push(JSON.parse(data));
    }
    if (enough()) break;
  }
  cut.abort();
}

test('a scanned QR code, a fresh one at each rotation, over HTTP and as a stream; then messages come in', async () => {
  const branch = await activating();
  const sent: Loose[] = [];
  const statusNow = (): unknown => sent.at(-1)?.['status'];
  const followed = follow(`${branch.path}/pairing/stream`, sent, () => statusNow() === 'active');
  const streamed = (data: unknown) => eventually(() => sent.some((one) => picture(one) === data));
  const first = picture(await waitsForScan(branch));
  assert.ok(typeof first === 'string' && first.length > 0);
  await streamed(first);
  await product.callSandbox('POST', `sandbox/sessions/${branch.session}/rotate-qr`, {});
  const second = picture(await branch.shows('qr', (qr) => (qr as Loose | null)?.['data'] !== (first as never)));
  assert.notEqual(second, first);
  await streamed(second);
  await scan(branch.session);
  const done = await branch.reaches('active');
  assert.deepEqual([done['qr'], done['sessionStatus']] as unknown[], [null, null]);
  await followed;
  const saga = (await product.call('GET', `/v1/sagas/${done['sagaId']}`)).json;
  assert.deepEqual([saga['sagaType'], saga['state']] as unknown[], ['ActivateChannel', 'completed']);
  // Signed with the secret that the gateway was given: it is taken.
  const from = '5511987650042@c.us';
  const payload = { id: `false_${from}_ACTIVATED1`, timestamp: 1_790_000_000, from, fromMe: false, body: 'Oi' };
  const injected = await product.callSandbox('POST', 'sandbox/events', {
    session: branch.session,
    payload: { ...payload, hasMedia: false },
    wait: true,
  });
  assert.equal(injected['deliveries']?.[0]?.['state'] as unknown, 'delivered');
});

test('the webhooks are lost: looking finds the code and the end of the pairing', async () => {
  await misbehave({ deaf: true });
  const branch = await activating();
  await waitsForScan(branch);
  await scan(branch.session);
  await branch.reaches('active');
  await misbehave({ deaf: false });
});

test('a code to type on the phone, and an account that asks for its passkey', async () => {
  const branch = await activating();
  await waitsForScan(branch);
  const code = await branch.post('pairing/code', { phoneNumber: '+5511987654321' });
  assert.equal(code.status, 200);
  assert.match(String(code.json['code']), /^[A-Z0-9a-z]{4}-[A-Z0-9a-z]{4}$/);
  await scan(branch.session, { passkey: true });
  const asked = await branch.shows('passkeyChallenge', (challenge) => challenge !== null);
  assert.deepEqual([asked['sessionStatus'], asked['qr']] as unknown[], ['PASSKEY_REQUIRED', null]);
  const response = { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' };
  const assertion = { id: 'AX', rawId: 'AX', type: 'public-key', response };
  assert.equal((await branch.post('pairing/passkey/confirm')).status, 422);
  assert.equal((await branch.post('pairing/passkey', assertion)).status, 204);
  const { confirmationCode } = await branch.shows('confirmationCode', (value) => value !== null);
  assert.match(String(confirmationCode), /^\d{4}$/);
  assert.equal((await branch.post('pairing/passkey', assertion)).status, 422);
  assert.equal((await branch.post('pairing/passkey/confirm')).status, 204);
  await branch.reaches('active');
});

test('bad input is told what to change', async () => {
  const branch = await newBranch();
  for (const [verb, body] of [
    ['pairing/code', { phoneNumber: '+5511987654321' }],
    ['pairing/passkey/confirm', undefined],
  ] as const) {
    const { status, json } = await branch.post(verb, body);
    assert.equal(status, 422);
    assert.match(String(json['detail']), /The channel is inactive: ask for its activation first/);
  }
  for (const phoneNumber of ['', 'none', '+55 11 98765-4321', '123', 7]) {
    const { status, json } = await branch.post('pairing/code', { phoneNumber });
    assert.equal(status, 400, JSON.stringify(json));
  }
  assert.equal((await branch.post('pairing/passkey', { id: 'x' })).status, 400);
  const none = '/v1/channels/018f5a10-0000-7000-8000-00000000dead/pairing';
  assert.equal((await product.call('GET', none)).status, 404);
  assert.equal((await product.call('GET', `${none}/stream`)).status, 404);
});

test('a worker that dies while it talks to the gateway: another one goes on, and one session comes of it', async () => {
  await misbehave({ hangSessionCalls: 1 });
  const branch = await activating();
  await eventually(async () => {
    const { json } = await product.call('GET', `/v1/sagas/${(await branch.pairing())['sagaId']}`);
    return (json?.['step'] as unknown) !== undefined;
  });
  await product.kill('worker');
  await product.restart('worker');
  await branch.shows('sessionStatus', (now) => now === 'SCAN_QR_CODE', 30_000);
  await scan(branch.session);
  await branch.reaches('active');
});

test('given up by an operator: the session is taken back, and the channel says why', async () => {
  const branch = await activating();
  const { sagaId } = await waitsForScan(branch);
  assert.equal((await product.call('POST', `/v1/sagas/${sagaId}/abort`)).status, 202);
  const failed = await branch.reaches('error');
  assert.deepEqual([failed['lastError'], failed['qr']] as unknown[], ['aborted', null]);
  assert.ok(await gone(branch.session));
});

test('switched off the session rests, on again without a scan, deleted it is gone', async () => {
  const branch = await activating();
  await waitsForScan(branch);
  await scan(branch.session);
  await branch.reaches('active');
  const session = () => product.callSandbox('GET', `api/sessions/${branch.session}`);
  await branch.post('deactivate');
  await eventually(async () => {
    const { status, config } = await session();
    return (status as unknown) === 'STOPPED' && JSON.stringify(config?.['webhooks']) === '[]';
  });
  await branch.post('activate');
  await branch.reaches('active');
  assert.equal((await session())['status'] as unknown, 'WORKING');
  assert.equal((await product.call('DELETE', branch.path)).status, 204);
  await eventually(() => gone(branch.session));
});
