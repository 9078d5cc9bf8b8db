// A broadcast through all processes, with a worker that is killed in its middle: the gateway saw each recipient exactly once, and what is told of it adds up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let listId: string;
const phones = Array.from({ length: 30 }, (_, index) => `55119866000${String(index).padStart(2, '0')}`);
const counts = async (id: string): Promise<Record<string, number>> =>
  (await product.call('GET', `/v1/broadcasts/${id}/progress`)).json['counts'] as unknown as Record<string, number>;
const path = '/v1/broadcasts';

async function call(method: string, at: string, body?: unknown): Promise<Loose> {
  const { status, json } = await product.call(method, at, body);
  assert.ok(status < 300, `${method} ${at}: ${status} ${JSON.stringify(json)}`);
  return json;
}

/** To whom the gateway sent this text, once for each time. */
async function receivers(text: string): Promise<string[]> {
  const all = (await product.callSandbox(
    'GET',
    'api/default/chats/all/messages?limit=1000',
  )) as unknown as readonly Loose[];
  return all.filter(({ body }) => String(body).startsWith(text)).map(({ to }) => String(to).split('@')[0] ?? '');
}

async function newBroadcast(text: string, more: object = {}): Promise<string> {
  const { projectId, channelId } = product.demo;
  const message = { type: 'template', content: `${text}, {{contact.name}}` };
  const body = { projectId, channelId, listId, name: text, message, ratePerMinute: 600, ...more };
  return String((await call('POST', path, body))['id']);
}

before(async () => {
  product = await startRunningProduct('broadcast', { environment: { WAHA_TIMEOUT_MS: '2500' } });
  await product.settle();
  const { projectId, channelId } = product.demo;
  const contacts = await Promise.all(
    phones.map((phone, index) => call('POST', '/v1/contacts', { projectId, name: `Person ${index}`, phone })),
  );
  listId = String((await call('POST', '/v1/contact-lists', { projectId, name: 'All', isStatic: true }))['id']);
  const contactIds = contacts.map(({ id }) => String(id));
  await call('POST', `/v1/contact-lists/${listId}/contacts`, { contactIds });
  await call('POST', `/v1/contacts/${contactIds[0]}/opt-out`, { channelId, reason: 'asked to' });
});
after(() => product?.stop());

test('killed in the middle: each recipient once, the counts add up, and the report has a line each', async () => {
  const id = await newBroadcast('Killed');
  const dry = await call('GET', `${path}/${id}/audience`);
  assert.deepEqual([dry['total'], dry['sendable'], dry['skipped']] as unknown[], [30, 29, { opted_out: 1 }]);
  assert.ok(Date.parse(String(dry['estimatedEndAt'])) > Date.now());
  await call('POST', `${path}/${id}/start`);
  await eventually(async () => (await receivers('Killed')).length >= 5, { timeoutMs: 30_000 });
  await product.kill('worker');
  const before = (await receivers('Killed')).length;
  assert.ok(before < 29, `${before} were sent before the kill`);
  await product.restart('worker');
  await eventually(async () => ((await call('GET', `${path}/${id}`))['status'] as unknown) === 'completed', {
    timeoutMs: 90_000,
  });
  assert.deepEqual(await counts(id), { total: 30, pending: 0, sending: 0, sent: 29, failed: 0, skipped: 1 });
  assert.deepEqual((await receivers('Killed')).sort(), phones.slice(1));
  assert.equal((await eventually(() => call('GET', `/v1/sagas/${id}`)))['sagaType'] as unknown, 'Broadcast');

  const report = await fetch(`${product.apiUrl}${path}/${id}/report.csv`, {
    headers: { authorization: `Bearer ${product.demo.apiKey}` },
  });
  assert.match(report.headers.get('content-type') ?? '', /text\/csv/);
  const lines = (await report.text()).trimEnd().split('\r\n');
  assert.equal(lines.length, 31);
  assert.equal(lines.filter((line) => line.includes(',sent,,1,')).length, 29);
  assert.equal(lines.filter((line) => line.includes(',skipped,opted_out,')).length, 1);
});

test('paused, gone on with and called off over HTTP', async () => {
  const id = await newBroadcast('Steered', { ratePerMinute: 60 });
  await call('POST', `${path}/${id}/start`);
  await eventually(async () => (await receivers('Steered')).length >= 2, { timeoutMs: 30_000 });
  await call('POST', `${path}/${id}/pause`);
  const { sending, sent } = await counts(id);
  await call('POST', `${path}/${id}/resume`);
  await eventually(async () => Number((await counts(id))['sent']) > Number(sent) + Number(sending), {
    timeoutMs: 30_000,
  });
  await call('POST', `${path}/${id}/cancel`);
  const ended = await eventually(
    async () => {
      const now = await counts(id);
      return now['sending'] === 0 && now;
    },
    { timeoutMs: 30_000 },
  );
  assert.deepEqual([ended['pending'], Number(ended['sent']) + Number(ended['skipped'])], [0, 30]);
  assert.equal((await receivers('Steered')).length, ended['sent']);
  await eventually(async () => ((await call('GET', `/v1/sagas/${id}`))['state'] as unknown) === 'completed', {
    timeoutMs: 30_000,
  });
});

test('the number’s pace is set for all of its broadcasts', async () => {
  const at = `/v1/channels/${product.demo.channelId}/pacing`;
  const set = await call('PATCH', at, { jitter: 0.5, warmUp: { firstDay: 20, growth: 1.5 } });
  assert.deepEqual([set['ratePerMinute'], set['jitter'], set['gateway']] as unknown[], [600, 0.5, null]);
  assert.deepEqual(await call('GET', at), set);
  const wrong = { quietHours: { from: '21:00', to: '08:00', timeZone: 'Mars/Olympus' } };
  assert.equal((await product.call('PATCH', at, wrong)).status, 400);
});
