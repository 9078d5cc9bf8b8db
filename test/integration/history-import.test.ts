// Importing a channel's history through all processes: asked for over HTTP, followed as a stream, paused, resumed, called off; a worker that is killed; silence.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { type Loose, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let admin: pg.Client;
const path = (): string => `/v1/channels/${product.demo.channelId}/history-import`;
const past = { chats: 20, messagesPerChat: 40, messagesPerConversation: 8, everyNthRevoked: 7, everyNthHidden: 6 };
const shown = 20 * (40 - 5);

async function call(method: string, at: string, body?: unknown): Promise<Loose> {
  const { status, json } = await product.call(method, at, body);
  assert.ok(status < 300, `${method} ${at}: ${status} ${JSON.stringify(json)}`);
  return json;
}

const state = async (): Promise<Loose> => call('GET', path());
const reaches = (phase: string): Promise<Loose> =>
  eventually(
    async () => {
      const now = await state();
      assert.equal(now['phase'] as unknown, phase, JSON.stringify(now));
      return now;
    },
    { timeoutMs: 40_000 },
  );
const begin = (asked: object): Promise<Loose> =>
  call('POST', `/v1/channels/${product.demo.channelId}/import-history`, { strategy: 'all', ...asked });

async function count(query: string): Promise<number> {
  const { rows } = await admin.query<{ count: string }>(query);
  return Number(rows[0]?.count);
}

before(async () => {
  product = await startRunningProduct('history-import', { environment: { WAHA_TIMEOUT_MS: '2500' } });
  admin = new pg.Client({ connectionString: product.stack.adminUrl });
  await admin.connect();
  await product.settle();
  assert.equal((await state())['phase'] as unknown, 'idle');
  await product.callSandbox('PUT', 'sandbox/sessions/default/history', past);
  await call('POST', `/v1/channels/${product.demo.channelId}/enable-history-import`, {});
});
after(async () => {
  await admin?.end();
  await product?.stop();
});

test('called off: all that was imported is taken back', async () => {
  await begin({ requestsPerMinute: 600 });
  const seen = await eventually(async () => {
    const now = await state();
    return (now['messages']?.['imported'] as unknown as number) > 50 && now;
  });
  assert.equal(seen['chats']?.['total'] as unknown, 20);
  assert.ok(Date.parse(String(seen['estimatedEndAt'])) > Date.now() && Number(seen['messagesPerSecond']) > 0);
  await call('POST', `${path()}/pause`);
  const paused = await state();
  assert.deepEqual([paused['isPaused'], paused['estimatedEndAt']] as unknown[], [true, null]);
  await call('POST', `${path()}/cancel`);
  const ended = await reaches('failed');
  assert.deepEqual([ended['lastError'], ended['isPaused']] as unknown[], ['cancelled', false]);
  const saga = await call('GET', `/v1/sagas/${ended['sagaId']}`);
  assert.deepEqual([saga['sagaType'], saga['state']] as unknown[], ['ImportHistory', 'compensated']);
  assert.equal(
    await count("select count(*) from messages where source = 'history_import' and discarded_at is null"),
    0,
  );
  assert.equal(await count("select count(*) from contacts where deleted_at is null and name like 'Person %'"), 0);
  assert.equal((await product.call('POST', `${path()}/pause`)).status, 422);
});

test('killed in the middle, paused and resumed: all of it once, streamed as it goes on, and nobody is told but whom it concerns', async () => {
  await begin({ requestsPerMinute: 3_000 });
  const streamed: Loose[] = [];
  const cut = new AbortController();
  const following = follow(streamed, cut.signal);
  await eventually(async () => ((await state())['messages']?.['imported'] as unknown as number) > 100);
  await product.kill('worker');
  await product.restart('worker');
  await call('POST', `${path()}/pause`);
  await call('POST', `${path()}/resume`);
  const ended = await reaches('completed');
  assert.deepEqual([ended['messages'], ended['chats']] as unknown[], [
    { done: shown, total: null, imported: shown, duplicatesSkipped: 0 },
    { done: 20, total: 20, imported: 20 },
  ]);
  await eventually(() => (streamed.at(-1)?.['phase'] as unknown) === 'completed');
  cut.abort();
  await following;
  assert.ok(streamed.length > 3);
  assert.equal(
    await count("select count(*) from messages where source = 'history_import' and discarded_at is null"),
    shown,
  );
  const { json: messages } = await product.call(
    'GET',
    `/v1/messages?channelId=${product.demo.channelId}&source=history_import&limit=5`,
  );
  assert.equal(messages.data.length, 5);
  await product.settle();
  // Its sessions are over: nothing looks after them.
  const { json: sagas } = await product.call('GET', '/v1/sagas?limit=100');
  assert.deepEqual(
    [...new Set(sagas.data.map(({ sagaType }) => String(sagaType)))].filter(
      (type) => type !== 'ImportHistory' && type !== 'ProcessInboundMessage',
    ),
    [],
  );
});

async function follow(streamed: Loose[], signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${product.apiUrl}${path()}/stream`, {
    headers: { authorization: `Bearer ${product.demo.apiKey}` },
    signal,
  });
  let text = '';
  try {
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) streamed.push(JSON.parse(data));
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
