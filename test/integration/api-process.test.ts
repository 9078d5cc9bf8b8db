// The API as a process: killed between commit and answer, nothing happens twice; asked to stop, it finishes what it began and leaves.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { signBody } from '../../integrations/waha/signature.ts';
import { type DemoTenant, ensureDemoTenant } from '../../ops/demo-tenant.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess, type TestProcess } from '../support/process.ts';
import { type TestStack, testStack } from '../support/stack.ts';

describe('the API process', () => {
  let stack: TestStack;
  let demo: DemoTenant;
  let admin: pg.Client;
  before(async () => {
    stack = await testStack('api_process');
    demo = await ensureDemoTenant({ config: stack.config });
    admin = new pg.Client({ connectionString: stack.adminUrl });
    await admin.connect();
  });
  after(async () => {
    await admin.end();
    await stack.close();
  });

  const create = async (url: string, key: string): Promise<number> => {
    const answer = await fetch(`${url}/v1/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.apiKey}`, 'idempotency-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ projectId: demo.projectId, name: key }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const contacts = async (): Promise<number> => {
    const { rows } = await admin.query<{ count: string }>('select count(*) from contacts');
    return Number(rows[0]?.count);
  };

  test('the demo tenant is made once and stays the same', async () => {
    assert.deepEqual(await ensureDemoTenant({ config: stack.config }), demo);
    const { rows } = await admin.query(
      'select (select count(*)::int from api_keys) as keys, (select count(*)::int from channels) as channels',
    );
    assert.deepEqual(rows, [{ keys: 1, channels: 1 }]);
    const other = await ensureDemoTenant({ config: stack.config, apiKey: 'msk_given', webhookSecret: 'given' });
    assert.deepEqual([other.apiKey, other.webhookSecret], ['msk_given', 'given']);
  });

  test('kill -9 while requests run, then repeat them with their keys: each has its effect once', async () => {
    let api = await startProcess({ file: 'api/server.ts', environment: stack.environment });
    const before = await contacts();
    const keys = Array.from({ length: 200 }, () => randomUUID());
    const { port } = api;
    const first = Promise.allSettled(keys.map((key) => create(api.url, key)));
    await eventually(async () => (await contacts()) > before + 20, { everyMs: 5 });
    await api.kill();
    const outcomes = await first;
    const acked = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 201).length;
    assert.ok(acked < keys.length, 'some were cut off');
    assert.ok((await contacts()) >= before + acked, 'what was acknowledged is there');
    api = await startProcess({ file: 'api/server.ts', environment: stack.environment, port });
    const repeated = await Promise.all(keys.map((key) => create(api.url, key)));
    assert.deepEqual(new Set(repeated), new Set([201]));
    assert.equal(await contacts(), before + keys.length);
    assert.equal(await api.stop(), 0);
  });

  test('SIGTERM: requests under way are answered, streams end, it leaves with 0', async () => {
    const api: TestProcess = await startProcess({ file: 'api/server.ts', environment: stack.environment });
    const key = randomUUID();
    assert.equal(await create(api.url, key), 201);
    const { rows } = await admin.query<{ id: string }>('select id from contacts limit 1');
    const stream = await fetch(`${api.url}/v1/contacts/${rows[0]?.id}/timeline/stream`, {
      headers: { authorization: `Bearer ${demo.apiKey}` },
    });
    assert.equal(stream.status, 200);
    const ended = stream.text();
    let stopping = false;
    const seen = new Map<string, number>();
    const load = Promise.all(
      Array.from({ length: 10 }, async () => {
        while (!stopping) {
          const status = await create(api.url, randomUUID()).catch(() => 'refused');
          seen.set(String(status), (seen.get(String(status)) ?? 0) + 1);
          if (status === 'refused') return;
        }
      }),
    );
    await eventually(() => (seen.get('201') ?? 0) > 20, { everyMs: 5 });
    const from = performance.now();
    assert.equal(await api.stop(), 0, api.output());
    stopping = true;
    await load;
    assert.ok(performance.now() - from < 10_000);
    assert.match(await ended, /event: ready/);
    assert.deepEqual(
      [...seen.keys()].filter((status) => status !== '201' && status !== 'refused'),
      [],
    );
  });

  test('SIGTERM while Temporal is away, with starts and checks under way: it leaves with 0 too', async () => {
    const environment = { ...stack.environment, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const api = await startProcess({ file: 'api/server.ts', environment });
    const webhook = (innerId: string) => {
      const body = JSON.stringify({
        event: 'message.any',
        session: demo.sessionName,
        payload: { id: `false_5521900000102@c.us_${innerId}`, timestamp: 1781000000, body: 'oi' },
      });
      const headers = { 'x-webhook-hmac': signBody(body, 'given'), 'content-type': 'application/json' };
      return fetch(`${api.url}/v1/webhooks/waha/${demo.channelId}`, { method: 'POST', headers, body });
    };
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => webhook(`3A${index}`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    void fetch(`${api.url}/readyz`).catch(() => undefined);
    assert.equal(await api.stop(), 0, api.output());
  });

  test('an unusable setting: one sentence that names it, exit code 2', async () => {
    const failed = await startProcess({
      file: 'api/server.ts',
      environment: { ...stack.environment, MASTER_KEY: 'short' },
    }).catch((error: Error) => error);
    assert.ok(failed instanceof Error);
    assert.match(failed.message, /MASTER_KEY: must be 32 bytes/);
  });
});
