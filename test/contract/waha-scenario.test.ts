// The demo's hour through the sandbox over HTTP: a receiver that is away for a while costs no event, and order holds when asked for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { playScenario, webhookCounts } from '../../ops/demo/play.ts';
import { buildScenario } from '../../ops/demo/scenario.ts';
import { startWahaSandbox, type WahaSandbox } from '../../ops/sandbox/waha/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { startWebhookReceiver } from './waha-receiver.ts';

const apiKey = 'contract-key';
const scenario = {
  session: 'shop',
  run: 'test',
  startAt: new Date('2026-06-09T12:00:00.000Z'),
  speed: Number.POSITIVE_INFINITY,
};
const wanted = buildScenario(scenario).map((event) => event.body.id);
let sandbox: WahaSandbox;

before(async () => {
  sandbox = await startWahaSandbox({ port: 0, apiKey });
});
after(() => sandbox.close());

async function playTo(status: (request: number) => number, inOrder: boolean): Promise<string[]> {
  const receiver = await startWebhookReceiver(status);
  const client = createWahaClient({ baseUrl: sandbox.url, apiKey, timeoutMs: 5_000 });
  const retries = { policy: 'constant', delaySeconds: 0.01, attempts: 100 } as const;
  const webhook = { url: receiver.url, events: ['*'], hmacKey: 'k', retries };
  await client.createOrUpdateSession('shop', { webhooks: [webhook] });
  const target = { sandboxUrl: sandbox.url, apiKey };
  await playScenario(target, { ...scenario, inOrder });
  await eventually(async () => (await webhookCounts(target)).pending === 0);
  await receiver.close();
  assert.equal((await webhookCounts(target)).given_up, 0);
  const taken = receiver.received.filter((_, index) => status(index + 1) < 300).map(({ body }) => String(body['id']));
  return taken.filter((id) => wanted.includes(id));
}

test('a receiver that refuses for a while gets every event in the end', async () => {
  const taken = await playTo((request) => (request > 20 && request < 120 ? 503 : 200), false);
  assert.deepEqual([...taken].sort(), [...wanted].sort());
});

test('in order: each event comes only when the one before was taken', async () => {
  const taken = await playTo((request) => (request % 3 === 0 ? 500 : 200), true);
  assert.deepEqual(taken, wanted);
});
