// The consumers over HTTP: shown inside the tenant, dead letters steered by it, what all tenants share only by a key for the installation.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { describeConsumers, noteLook } from '../../db/consumer-status.ts';
import { inSystem } from '../../db/transaction.ts';
import { startTestApi, type TestApi, type TestTenant } from '../support/api.ts';
import { writeEvents } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';

let api: TestApi;
let stranger: TestTenant;
let tenantKey: string;
const name = 'waha_message_consumer';
const eventIds: string[] = [];

before(async () => {
  api = await startTestApi('api_consumers');
  stranger = await api.addTenant('tenant-b');
  tenantKey = await api.addKey(api.tenant.tenantId, ['read', 'write', 'operate', 'admin']);
  const { systemPool } = api.database;
  const row = { name, ordered: false, eventTypes: ['contact.created', 'contact.deleted'], rebuildRefusal: null };
  const look = { ready: 7, unacked: 2, subscribers: 1, deadReady: 1, problem: null };
  await inSystem(systemPool, async (tx) => {
    await describeConsumers(tx, [{ ...row, queue: 'q', deadQueue: 'q.dead' }]);
    await noteLook(tx, name, look);
  });
  const event = { sequence: 1, type: 'contact.created', aggregateType: 'contact' };
  const events = [1, 2, 3].map(() => ({ ...event, aggregateId: randomUUID() }));
  eventIds.push(...(await writeEvents(systemPool, api.tenant.tenantId, events)));
  await systemPool.query("update outbox_events set status = 'processed' where event_id = any($1::uuid[])", [eventIds]);
});
after(() => api.close());

/** Gives events of the first tenant up. */
async function die(...ids: readonly (string | undefined)[]): Promise<void> {
  await api.database.systemPool.query(
    `insert into consumer_failures (consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error, dead_at)
     select $1, event_id, tenant_id, event_type, aggregate_id, 5, 'too sour', clock_timestamp() from outbox_events where event_id = any($2::uuid[])
     on conflict (consumer_name, event_id) do update set attempts = 5, dead_at = clock_timestamp()`,
    [name, ids],
  );
}

describe('shown', () => {
  test('the own events to the tenant, the shared queues to the installation only', async () => {
    await die(eventIds[0]);
    const [own] = (await api.call('GET', '/v1/consumers', { key: tenantKey })).json.data;
    assert.equal(own?.['queue'], null);
    assert.match(String(own?.['queueUnknown']), /scope installation/);
    assert.equal(own?.['dead']?.['count'], 1);
    // Tenths of a second: the events are younger than one at first.
    await eventually(async () => {
      const [later] = (await api.call('GET', '/v1/consumers', { key: tenantKey })).json.data;
      return Number(later?.['lagSeconds']) > 0;
    });
    const whole = (await api.call('GET', `/v1/consumers/${name}`)).json;
    assert.deepEqual([whole['queue']?.['ready'], whole['queue']?.['unacked'], whole['queueUnknown']], [7, 2, null]);
    assert.deepEqual([whole['parkedAggregates'], whole['requests']], [[], []]);
    const theirs = (await api.call('GET', `/v1/consumers/${name}`, { key: stranger.key })).json;
    assert.deepEqual([theirs['dead']?.['count'], theirs['lagSeconds']], [0, 0]);
    assert.equal((await api.call('GET', '/v1/consumers/nobody')).status, 404);
    assert.equal((await api.call('GET', '/v1/consumers/No-Body')).status, 400);
  });
});

describe('dead letters', () => {
  const letters = `/v1/consumers/${name}/dead-letters`;

  test('are paged, filtered, explained; another tenant’s are not there', async () => {
    await die(...eventIds);
    const first = (await api.call('GET', `${letters}?limit=2&reason=sour`)).json;
    assert.equal(first.data.length, 2);
    const second = (await api.call('GET', `${letters}?limit=2&cursor=${first['nextCursor']}`)).json;
    assert.deepEqual(
      [...first.data, ...second.data].map(({ eventId }) => String(eventId)).sort(),
      [...eventIds].sort(),
    );
    assert.deepEqual((await api.call('GET', `${letters}?reason=sweet`)).json.data, []);
    assert.match(
      String((await api.call('GET', `${letters}/${eventIds[0]}`)).json['explanation']),
      /5 attempts: too sour/,
    );
    assert.deepEqual((await api.call('GET', letters, { key: stranger.key })).json.data, []);
    for (const way of ['redrive', 'discard']) {
      const body = way === 'discard' ? { note: 'not mine' } : undefined;
      const answer = await api.call('POST', `${letters}/${eventIds[0]}/${way}`, { key: stranger.key, body });
      assert.equal(answer.status, 404, way);
    }
  });

  test('are redriven one by one or by a filter, and discarded; each is then to be sent again', async () => {
    await die(...eventIds);
    const [one, two, three] = eventIds;
    const dry = await api.call('POST', `${letters}/redrive`, { body: { dryRun: true } });
    assert.deepEqual(dry.json, { count: 3, gone: 0, dryRun: true });
    assert.equal((await api.call('POST', `${letters}/${one}/redrive`)).json['count'], 1);
    assert.equal((await api.call('POST', `${letters}/${one}/redrive`)).status, 404);
    assert.equal((await api.call('POST', `${letters}/${two}/discard`, { body: { note: 'never mind' } })).status, 204);
    assert.equal(
      (await api.call('POST', `${letters}/redrive`, { body: { type: 'contact.deleted' } })).json['count'],
      0,
    );
    assert.equal((await api.call('POST', `${letters}/redrive`, { body: {}, key: stranger.key })).json['count'], 0);
    assert.equal((await api.call('POST', `${letters}/redrive`, { body: {} })).json['count'], 1);
    const { rows } = await api.database.systemPool.query(
      'select event_id, skip from consumer_resends order by event_id',
    );
    const expected = [one, two, three].map((id) => ({ event_id: id, skip: id === two }));
    assert.deepEqual(
      rows,
      expected.sort((a, b) => (String(a.event_id) < String(b.event_id) ? -1 : 1)),
    );
    assert.equal((await api.call('GET', `/v1/consumers/${name}`)).json['toSendAgain'], 3);
  });
});

describe('steered', () => {
  const call = (way: string, body?: object, key?: string) =>
    api.call('POST', `/v1/consumers/${name}/${way}`, { ...(body && { body }), ...(key && { key }) });

  test('paused and resumed, with a note, by a key for the installation only', async () => {
    assert.equal((await call('pause', { note: 'x' }, tenantKey)).status, 403);
    assert.equal((await call('pause', {})).status, 400);
    assert.equal((await call('pause', { note: 'repairs' })).json['paused']?.['note'], 'repairs');
    assert.equal((await call('rebuild', {})).json['rule'], 'paused');
    const seen = (await api.call('GET', `/v1/consumers/${name}`, { key: tenantKey })).json;
    assert.equal(typeof seen['paused']?.['since'], 'string');
    assert.equal(seen['paused']?.['note'], null);
    assert.equal((await call('resume')).json['paused'], null);
  });

  test('a replay is of the own events; without dryRun it is asked for, and shown', async () => {
    assert.deepEqual((await call('replay', { dryRun: true }, tenantKey)).json, {
      count: 3,
      missing: 2,
      dryRun: true,
      request: null,
    });
    assert.equal((await call('replay', { dryRun: true }, stranger.key)).json['count'], 0);
    assert.match(
      JSON.stringify((await call('replay', { types: ['message.created'] })).json),
      /does not take message\.created/,
    );
    const asked = await call('replay', { types: ['contact.created'] }, tenantKey);
    assert.deepEqual([asked.status, asked.json['request']?.['state']], [202, 'waiting']);
    const requests = (key: string) =>
      api
        .call('GET', `/v1/consumers/${name}`, { key })
        .then(({ json }) => JSON.parse(JSON.stringify(json['requests'])));
    assert.deepEqual((await requests(tenantKey)).length, 1);
    assert.deepEqual(await requests(stranger.key), []);
  });

  test('a rebuild is asked for once, for all tenants', async () => {
    assert.equal((await call('rebuild', {}, tenantKey)).status, 403);
    assert.equal((await call('rebuild', { dryRun: true })).json['count'], 3);
    assert.equal((await call('rebuild', { onlyCompares: true })).json['rule'], 'not_comparable');
    const asked = (await call('rebuild', {})).json['request'];
    assert.equal(asked?.['kind'], 'rebuild');
    assert.equal((await call('rebuild', {})).json['rule'], 'rebuild_running');
    const kinds = async (key?: string) =>
      JSON.stringify((await api.call('GET', `/v1/consumers/${name}`, { ...(key && { key }) })).json['requests']);
    assert.match(await kinds(), /"rebuild"/);
    assert.doesNotMatch(await kinds(tenantKey), /"rebuild"/);
    assert.equal((await call(`requests/${asked?.['id']}/cancel`, undefined, tenantKey)).status, 404);
    assert.equal((await call(`requests/${asked?.['id']}/cancel`)).json['state'], 'cancelled');
    assert.equal((await call(`requests/${asked?.['id']}/cancel`)).json['rule'], 'not_cancellable');
  });

  test('a rebuild that has begun to clear is given up with a note; before that, and without one, it is not', async () => {
    const id = (await call('rebuild', {})).json['request']?.['id'];
    const giveUp = (body: object, key?: string) => call(`requests/${id}/abandon`, body, key);
    assert.equal((await giveUp({ note: 'mine' }, tenantKey)).status, 403);
    assert.equal((await giveUp({})).status, 400);
    assert.equal((await giveUp({ note: 'too early' })).json['rule'], 'not_begun');
    await api.database.systemPool.query("update consumer_requests set state = 'clearing' where id = $1", [id]);
    assert.equal((await call(`requests/${randomUUID()}/abandon`, { note: 'none' })).status, 404);
    const given = (await giveUp({ note: 'its disk is full' })).json;
    assert.deepEqual([given['state'], given['lastError']], ['failed', 'given up: its disk is full']);
  });

  test('one that a process still runs is not forgotten; one that none runs is, by a key for the installation', async () => {
    assert.equal((await call('retire', {}, tenantKey)).status, 403);
    assert.equal((await call('retire', {})).json['rule'], 'still_run');
    await api.database.systemPool.query(
      "update consumer_status set looked_at = now() - interval '1 hour', subscribers = 0 where consumer_name = $1",
      [name],
    );
    const counted = (await call('retire', { dryRun: true })).json;
    assert.deepEqual([counted['waiting'], counted['dryRun']], [3, true]);
    assert.equal((await call('retire', {})).json['dryRun'], false);
    assert.equal((await api.call('GET', `/v1/consumers/${name}`)).status, 404);
  });
});
