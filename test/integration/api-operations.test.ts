// What operators and integrators do: steer sagas, redrive and discard events, send messages, open payloads in the Temporal UI, read the docs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { payloadCodec } from '../../platform/temporal.ts';
import { workflowNames } from '../../workflows/names.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { seedTenant } from '../support/seed-tenant.ts';

let api: TestApi;
let ids: Readonly<Record<string, string>>;
before(async () => {
  api = await startTestApi('api_operations');
  ids = await seedTenant(api);
});
after(() => api.close());

async function asAdmin(sql: string, values: unknown[] = []): Promise<void> {
  const admin = new pg.Client({ connectionString: api.stack.adminUrl });
  await admin.connect();
  await admin.query(sql, values).finally(() => admin.end());
}

describe('sagas', () => {
  test('one is shown with steps, events and links', async () => {
    const { json } = await api.call('GET', `/v1/sagas/${ids['sagas']}`);
    const steps = json['steps'] as unknown as { step: string; state: string }[];
    assert.deepEqual(
      steps.map(({ step, state }) => [step, state]),
      [['store_message', 'done']],
    );
    const events = json['events'] as unknown as { type: string }[];
    assert.ok(events.some(({ type }) => type === 'message.created'));
    assert.match(String(json['links']?.['temporalUi']), /\/namespaces\/default\/workflows\/inbound-message-/);
    assert.equal(json['live'], null);
    assert.match(String(json['liveError']), /no such workflow/);
  });

  test('a signal reaches the workflow; one that has ended is said to', async () => {
    const steer = (name: string) => api.call('POST', `/v1/sagas/${ids['sagas']}/${name}`);
    const ended = await steer('retry');
    assert.deepEqual([ended.status, ended.json['rule']], [422, 'saga_ended']);
    const { connectTemporal } = await import('../../platform/temporal.ts');
    const temporal = await connectTemporal(api.stack.config);
    try {
      const handle = await temporal.client.workflow.start(workflowNames.processInboundMessage, {
        taskQueue: `${api.stack.taskQueue}-nobody`,
        workflowId: `inbound-message-${ids['sagas']}`,
        args: [],
      });
      const answer = await steer('retry');
      assert.equal(answer.status, 202, JSON.stringify(answer.json));
      const { events } = await handle.fetchHistory();
      const names = events?.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
      assert.deepEqual(names, ['retry']);
      await handle.terminate();
    } finally {
      await temporal.close();
    }
  });
});

describe('outbox', () => {
  test('given-up events are counted, listed, explained, redriven and discarded', async () => {
    const one = (await api.call('GET', '/v1/outbox/events?type=chat.created')).json.data[0]?.['id'];
    assert.ok(one);
    const giveUp = () =>
      asAdmin(
        "update outbox_events set status = 'failed', retry_count = 5, last_error = 'too large' where event_id = $1",
        [one],
      );
    await giveUp();
    assert.equal((await api.call('GET', '/v1/outbox/counts')).json['failed'], 1);
    const listed = await api.call('GET', '/v1/outbox/failed?reason=large');
    assert.deepEqual(
      listed.json.data.map(({ eventId, lastError }) => [eventId, lastError]),
      [[one, 'too large']],
    );
    assert.match(String((await api.call('GET', `/v1/outbox/events/${one}`)).json['explanation']), /Given up after 5/);
    const dry = await api.call('POST', '/v1/outbox/redrive', { body: { dryRun: true } });
    assert.deepEqual(dry.json, { count: 1, dryRun: true });
    const redriven = await api.call('POST', `/v1/outbox/events/${one}/redrive`);
    assert.equal(redriven.json['status'], 'pending');
    const twice = await api.call('POST', `/v1/outbox/events/${one}/redrive`);
    assert.deepEqual([twice.status, twice.json['rule']], [422, 'not_failed']);
    await giveUp();
    const discarded = await api.call('POST', `/v1/outbox/events/${one}/discard`, { body: { note: 'never mind' } });
    assert.equal(discarded.json['discardNote'], 'never mind');
    assert.equal((await api.call('POST', '/v1/outbox/redrive', { body: {} })).json['count'], 0);
  });

  test('the log is filtered by type, aggregate, correlation and time, its personal fields in the open', async () => {
    const created = await api.call('GET', `/v1/outbox/events?aggregateId=${ids['contacts']}&type=contact.created`);
    const [event] = created.json.data;
    const { data } = event as unknown as { data: { name: object } };
    assert.deepEqual(data.name, { given: null, family: null, display: 'Ana Souza' });
    const later = await api.call('GET', `/v1/outbox/events?from=${new Date(Date.now() + 60_000).toISOString()}`);
    assert.deepEqual(later.json.data, []);
    const ofSaga = await api.call('GET', `/v1/outbox/events?correlationId=${ids['sagas']}&order=desc&limit=1`);
    assert.equal(ofSaga.json.data.length, 1);
  });
});

describe('sending', () => {
  const send = (body: object) =>
    api.call('POST', '/v1/messages', { body: { channelId: api.tenant.channelId, ...body } });

  test('a channel that is not connected refuses; a connected one queues, in order', async () => {
    const to = { contactId: ids['contacts'] };
    assert.equal((await send({ ...to, text: 'oi' })).json['rule'], 'channel_not_active');
    const cause = { causationId: randomUUID(), correlationId: randomUUID() };
    const { database, tenant } = api;
    const command = { type: 'channel.confirm_working' as const, data: { webhookUrl: 'https://api.example/x' } };
    await inTenant(database.pool, tenant.tenantId, (tx) =>
      execute(database, tx, aggregates.channel, tenant.channelId, command, cause),
    );
    const first = await send({ ...to, text: 'first', replyTo: ids['messages'] });
    assert.equal(first.status, 202, JSON.stringify(first.json));
    const { json } = first;
    assert.deepEqual([json['status'], json['fromMe'], json['type'], json['body']], ['queued', true, 'text', 'first']);
    assert.deepEqual([json['chatId'], json['sessionId']], [ids['chats'], ids['sessions']]);
    assert.equal(json['replyToChannelMessageId'], '3A77');
    assert.equal(json['links']?.['saga'], `/v1/sagas/${json['id']}`);
    const media = { url: 'https://files.example/a.jpg', mimetype: 'image/jpeg' };
    const second = await send({ chatId: ids['chats'], text: 'caption', media });
    assert.equal(second.json['type'], 'image');
    const listed = await api.call('GET', `/v1/messages?chatId=${ids['chats']}`);
    assert.deepEqual(
      listed.json.data.map(({ body }) => body as unknown),
      ['oi', 'first', 'caption'],
    );
    const last = await api.call('GET', `/v1/messages?chatId=${ids['chats']}&order=desc&limit=1`);
    assert.equal(last.json.data[0]?.['body'], 'caption');
    const events = await api.call('GET', `/v1/outbox/events?correlationId=${json['id']}`);
    assert.deepEqual(
      events.json.data.map(({ type }) => type as unknown),
      ['message.created'],
    );
  });

  test('to nobody, with nothing, to somebody without a number: said', async () => {
    assert.match(JSON.stringify((await send({ text: 'x' })).json), /either contactId or chatId/);
    assert.match(JSON.stringify((await send({ contactId: ids['contacts'] })).json), /text, media or both/);
    const unreachable = await api.contact();
    assert.equal((await send({ contactId: unreachable['id'], text: 'x' })).json['rule'], 'contact_unreachable');
    const script = { url: 'javascript:alert(1)', mimetype: 'image/png' };
    assert.equal((await send({ contactId: ids['contacts'], media: script })).status, 400);
  });
});

describe('the codec endpoint', () => {
  const secret = { kind: 'secret' };
  const sealed = async () => {
    const [payload] = await payloadCodec(api.stack.config).encode([
      { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(secret)) },
    ]);
    const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
    const metadata = Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]);
    return { metadata: Object.fromEntries(metadata) as Record<string, string>, data: base64(payload?.data) };
  };
  const decode = async (headers: Record<string, string>, key: string | null = null) =>
    api.call('POST', '/codec/decode', { key, headers, idempotencyKey: null, body: { payloads: [await sealed()] } });
  const openedOf = (answer: Awaited<ReturnType<typeof decode>>): unknown =>
    JSON.parse(Buffer.from(String(answer.json['payloads']?.[0]?.['data']), 'base64').toString());

  test('opens for a key with the scope, and for nobody else', async () => {
    assert.equal((await decode({})).status, 401);
    assert.equal((await decode({}, await api.addKey(api.tenant.tenantId, ['read', 'admin']))).status, 403);
    assert.deepEqual(openedOf(await decode({}, api.tenant.key)), secret);
  });

  test('signing in gives a cookie that opens, until its key is revoked', async () => {
    const key = await api.addKey(api.tenant.tenantId, ['codec']);
    const signIn = (given: string) =>
      fetch(`${api.address}/codec/sign-in`, { method: 'POST', body: new URLSearchParams({ key: given }) });
    assert.equal((await signIn('msk_wrong')).status, 401);
    const answer = await signIn(key);
    const header = answer.headers.get('set-cookie') ?? '';
    assert.match(header, /HttpOnly/);
    assert.match(header, /SameSite=Strict/);
    const cookie = header.split(';')[0] ?? '';
    assert.deepEqual(openedOf(await decode({ cookie })), secret);
    assert.equal((await decode({ cookie: `${cookie}x` })).status, 401);
    await asAdmin('update api_keys set revoked_at = now() where scopes = $1', [['codec']]);
    assert.equal((await decode({ cookie })).status, 401);
  });

  test('the Temporal UI may ask, other pages may not', async () => {
    const preflight = async (origin: string) => {
      const answer = await fetch(`${api.address}/codec/decode`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      return [
        answer.headers.get('access-control-allow-origin'),
        answer.headers.get('access-control-allow-credentials'),
      ];
    };
    const ui = new URL(api.stack.config.TEMPORAL_UI_URL).origin;
    assert.deepEqual(await preflight(ui), [ui, 'true']);
    assert.notEqual((await preflight('https://evil.example'))[0], 'https://evil.example');
  });
});

describe('for whoever runs it', () => {
  test('health, readiness, metrics', async () => {
    const get = (path: string) => api.call('GET', path, { key: null });
    assert.deepEqual((await get('/healthz')).json, { status: 'ok' });
    assert.equal((await get('/readyz')).json['status'], 'ready');
    const text = await (await fetch(`${api.address}/metrics`)).text();
    assert.match(text, /messaging_http_request_seconds_bucket\{[^}]*route="\/v1\/messages"/);
    assert.match(text, /messaging_intake_events_total\{[^}]*kind="ignored"/);
    assert.doesNotMatch(text, new RegExp(String(ids['contacts'])));
  });

  test('the docs page and all it loads come from here', async () => {
    const page = await (await fetch(`${api.address}/docs`)).text();
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => String(address));
    assert.ok(loaded.length >= 3);
    for (const address of loaded) {
      assert.match(address, /^\//);
      assert.equal((await fetch(`${api.address}${address}`)).status, 200, address);
    }
    const document = (await api.call('GET', '/openapi.json', { key: null })).json;
    assert.match(String(document['openapi']), /^3\.1/);
  });
});
