// The gateway's webhook: verified to the byte, stored before the answer, once; the saga is started after it, and nobody misses Temporal.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import { inboundWorkflowId, messageKey } from '../../intake/message-key.ts';
import { signBody } from '../../integrations/waha/signature.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';

const me = { id: '5521900000101@c.us' };
const message = (innerId: string, body = 'oi') => ({
  id: `evt_${randomBytes(8).toString('hex')}`,
  event: 'message.any',
  session: 'default',
  me,
  payload: { id: `false_5521900000102@c.us_${innerId}`, timestamp: 1781000000, from: '5521900000102@c.us', body },
});

describe('intake', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi('api_intake');
  });
  after(() => api.close());

  const rows = async () =>
    inTenant(api.database.pool, api.tenant.tenantId, async (tx) => {
      const found = await tx.query<{ id: string; status: string; kind: string; body: string }>(
        'select id, status, kind, body from raw_events order by arrival',
      );
      return found.rows;
    });

  test('a message is stored, answered with its id, and its saga started', async () => {
    const answer = await api.webhook(message('3A01'));
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    assert.deepEqual(Object.keys(answer.json), ['id', 'status']);
    const stored = (await rows()).find(({ id }) => id === (answer.json['id'] as unknown));
    assert.equal(stored?.kind, 'message');
    assert.ok(!stored.body.includes('5521900000102'), 'the body is sealed');
    const { connectTemporal } = await import('../../platform/temporal.ts');
    const temporal = await connectTemporal(api.stack.config);
    const workflowId = inboundWorkflowId(messageKey(api.tenant.channelId, '3A01'), 1);
    try {
      await eventually(() => temporal.client.workflow.getHandle(workflowId).describe());
      await temporal.client.workflow.getHandle(workflowId).terminate();
    } finally {
      await temporal.close();
    }
  });

  test('the same event again, eight at once: one row, the same answer', async () => {
    const event = message('3A02');
    const before = (await rows()).length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.webhook(event)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map(({ json }) => JSON.stringify(json))).size, 1);
    assert.equal((await rows()).length, before + 1);
  });

  test('what is not understood is kept and not acted on', async () => {
    const { json, status } = await api.webhook({ event: 'brand.new', session: 'default', payload: {} });
    assert.equal(status, 200);
    assert.equal(json['status'], 'ignored');
    assert.equal((await api.webhook('{"event":"message.any"}')).json['status'], 'ignored');
    assert.equal((await api.webhook('[1,2]')).json['status'], 'ignored');
  });

  test('wrong, missing and foreign signatures: 401, nothing stored', async () => {
    const before = (await rows()).length;
    const event = message('3A03');
    for (const headers of [
      { 'x-webhook-hmac': '' },
      { 'x-webhook-hmac': 'ab' },
      { 'x-webhook-hmac': signBody(JSON.stringify(event), 'another secret') },
      { 'x-webhook-hmac-algorithm': 'md5' },
    ]) {
      const answer = await api.webhook(event, { headers });
      assert.equal(answer.status, 401, JSON.stringify(headers));
      assert.equal(answer.json['code'], 'unauthenticated');
      assert.match(String(answer.json['detail']), /hmac|sha512/i);
    }
    const signature = signBody(JSON.stringify(event), api.tenant.webhookSecret);
    for (let index = 0; index < signature.length; index += 16) {
      const flipped = signature.slice(0, index) + (signature[index] === '0' ? '1' : '0') + signature.slice(index + 1);
      assert.equal((await api.webhook(event, { headers: { 'x-webhook-hmac': flipped } })).status, 401);
    }
    assert.equal((await rows()).length, before);
  });

  test('unknown and malformed channels, not JSON, too large', async () => {
    const post = (channelId: string) =>
      api.call('POST', `/v1/webhooks/waha/${channelId}`, { key: null, idempotencyKey: null, body: {} });
    assert.equal((await post(randomUUID())).status, 404);
    assert.equal((await post('7')).status, 400);
    const notJson = await api.webhook('<xml/>');
    assert.equal(notJson.status, 400);
    assert.match(JSON.stringify(notJson.json), /must be JSON/);
    const large = await api.webhook(`{"event":"${'x'.repeat(1024 * 1024)}"}`);
    assert.equal(large.status, 413);
    assert.equal(large.json['code'], 'body_too_large');
  });

  test('a rotated secret takes effect within 2 s, a deleted channel is gone', async () => {
    const tenant = await api.addTenant('tenant-rotating');
    assert.equal((await api.webhook(message('3A04'), { tenant })).status, 200);
    const rotated = await api.call('POST', `/v1/channels/${tenant.channelId}/rotate-secret`, { key: tenant.key });
    const webhookSecret = String(rotated.json['webhookSecret']);
    const from = performance.now();
    await eventually(async () => (await api.webhook(message('3A05'), { tenant })).status === 401);
    assert.ok(performance.now() - from < 2_000);
    const renewed = { ...tenant, webhookSecret };
    assert.equal((await api.webhook(message('3A06'), { tenant: renewed })).status, 200);
    await api.call('DELETE', `/v1/channels/${tenant.channelId}`, { key: tenant.key });
    await eventually(async () => (await api.webhook(message('3A07'), { tenant: renewed })).status === 404);
  });

  test('list, show and replay', async () => {
    const { json } = await api.webhook(message('3A08', 'the text'));
    const listed = await api.call('GET', '/v1/raw-webhooks?kind=message&limit=1');
    assert.equal(listed.json.data[0]?.['id'], json['id']);
    const shown = await api.call('GET', `/v1/raw-webhooks/${json['id']}`);
    assert.equal(JSON.parse(String(shown.json['body'])).payload.body, 'the text');
    const replay = () => api.call('POST', `/v1/raw-webhooks/${json['id']}/replay`);
    const settle = (status: string) =>
      inTenant(api.database.pool, api.tenant.tenantId, (tx) =>
        tx.query('update raw_events set status = $2 where id = $1', [json['id'], status]),
      );
    assert.equal((await replay()).json['outcome'], 'pending');
    await settle('processed');
    assert.equal((await replay()).json['outcome'], 'unchanged');
    await settle('compensated');
    const again = await replay();
    assert.equal(again.status, 202);
    assert.deepEqual([again.json['outcome'], again.json['status'], again.json['runNumber']], ['queued', 'stored', 2]);
    const key = await api.addKey(api.tenant.tenantId, ['read']);
    assert.equal((await api.call('GET', `/v1/raw-webhooks/${json['id']}`, { key })).status, 403);
  });
});

test('without Temporal the answer is the same, and at once', async () => {
  const api = await startTestApi('api_no_temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  try {
    const from = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => api.webhook(message(`3B${index}`))));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.ok(performance.now() - from < 3_000);
    const ready = await api.call('GET', '/readyz', { key: null });
    assert.equal(ready.status, 200);
    assert.equal(ready.json['status'], 'degraded');
    const named = ready.json['dependencies'] as unknown as { name: string; status: string }[];
    assert.equal(named.find(({ name }) => name === 'temporal')?.status, 'error');
  } finally {
    await api.close();
  }
});

test('without a database the answer is 503, says when to try again, and the API comes back by itself', async () => {
  const proxy = await startProxy();
  const url = (given: string): string => {
    const through = new URL(given);
    [through.hostname, through.port] = ['127.0.0.1', String(proxy.port)];
    return through.href;
  };
  const api = await startTestApi('api_no_database', {}, (config) => {
    proxy.setTarget(new URL(config.DATABASE_URL));
    return { DATABASE_URL: url(config.DATABASE_URL), DATABASE_SYSTEM_URL: url(config.DATABASE_SYSTEM_URL) };
  });
  try {
    assert.equal((await api.webhook(message('3C01'))).status, 200);
    proxy.cut();
    const answer = await eventually(async () => {
      const given = await api.webhook(message('3C02'));
      return given.status === 503 && given;
    });
    assert.equal(answer.json['code'], 'unavailable');
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal((await api.call('GET', '/readyz', { key: null })).status, 503);
    proxy.heal();
    await eventually(async () => (await api.webhook(message('3C02'))).status === 200);
  } finally {
    await api.close();
    await proxy.close();
  }
});

/** A way to the database that can be cut: connections end at once, new ones are refused. */
async function startProxy() {
  const sockets = new Set<Socket>();
  let target: URL | undefined;
  let isCut = false;
  const server = createServer((from) => {
    if (isCut || !target) return void from.destroy();
    const to = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    setTarget: (url: URL) => {
      target = url;
    },
    cut,
    heal: () => {
      isCut = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
