// Any moment of an event-sourced aggregate again, over HTTP, and what changed between two; what each event says of its cause.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { replay } from '../../db/event-store/replay.ts';
import { execute, load } from '../../db/execute.ts';
import { newSession } from '../causes/things.ts';
import { done, refused } from '../support/answers.ts';
import type { Json } from '../support/api.ts';
import { causeWorld } from '../support/cause-world.ts';
import { someCause as cause, nextMillisecond, openPast, type Past } from '../support/past.ts';

let past: Past;
before(async () => {
  past = await openPast('replay');
});
after(() => past.close());

const get = (path: string) => past.api.call('GET', path);
/** The data of an event. */
const told = (data: unknown): Readonly<Record<string, unknown>> => data as Readonly<Record<string, unknown>>;
const listed = (list: Json | undefined): readonly Json[] => (list ?? []) as unknown as readonly Json[];

describe('any moment again', () => {
  test('a contact is what the API answered then, with its ETag; now is what it is without asking', async () => {
    const { id, answers } = await past.renamed(7);
    for (const answer of answers) assert.deepEqual(await past.answerAt(id, answer), answer);
    const then = await past.momentOf(id, Number(answers[3]?.['sequence']));
    const { headers } = await get(`/v1/contacts/${id}?asOf=${then}`);
    assert.equal(headers.get('etag'), `"${answers[3]?.['sequence']}"`);
    const now = encodeURIComponent(new Date().toISOString().replace('Z', '+00:00'));
    assert.deepEqual(await done(get(`/v1/contacts/${id}?asOf=${now}`)), await done(get(`/v1/contacts/${id}`)));
  });

  test('sessions, campaigns and pipelines too', async () => {
    const world = causeWorld(past.api);
    const { sessionId } = await newSession(world);
    const campaign = await done(
      past.api.call('POST', '/v1/campaigns', {
        body: { projectId: past.api.tenant.projectId, name: 'Spring', goalType: 'reach_contacts' },
      }),
    );
    const pipeline = await done(
      past.api.call('POST', '/v1/pipelines', { body: { projectId: past.api.tenant.projectId, name: 'Sales' } }),
    );
    for (const [path, change] of [
      [`/v1/sessions/${sessionId}`, () => world.run('session', sessionId, recorded)],
      [`/v1/campaigns/${campaign['id']}`, () => patch(`/v1/campaigns/${campaign['id']}`, { name: 'Summer' })],
      [`/v1/pipelines/${pipeline['id']}`, () => patch(`/v1/pipelines/${pipeline['id']}`, { name: 'Support' })],
    ] as const) {
      const before = await done(get(path));
      const moment = await past.momentOf(path.split('/').at(-1) ?? '', Number(before['sequence']));
      await nextMillisecond();
      await change();
      assert.notDeepEqual(await done(get(path)), before);
      assert.deepEqual(await done(get(`${path}?asOf=${moment}`)), before);
      const { fields, events } = await done(get(`${path}/changes?from=${moment}`));
      assert.ok(listed(fields).length > 0 && listed(events).length > 0, path);
    }
  });
  const recorded = {
    type: 'session.record_message',
    data: { fromContact: true, recordedAt: '2026-06-09T10:13:20.000Z', messageId: randomUUID() },
  };
  const patch = (path: string, body: object) => done(past.api.call('PATCH', path, { body }));

  test('a moment at which there is nothing to see, or no moment at all, is told so', async () => {
    const { id } = await past.renamed(1);
    const path = `/v1/contacts/${id}`;
    const created = await past.momentOf(id, 1);
    const early = new Date(Date.parse(created) - 1).toISOString();
    const future = new Date(Date.now() + 60_000).toISOString();
    const says = async (query: string, status: number, code: string, words: RegExp) => {
      const answer = await get(`${path}${query}`);
      refused(answer, status, code);
      assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
      assert.match(JSON.stringify(answer.json), words);
    };
    await says(
      `?asOf=${early}`,
      404,
      'not_found',
      new RegExp(`did not exist yet at ${early}: it was created at ${created}`),
    );
    await says('?asOf=0000-01-01T00:00:00Z', 404, 'not_found', /did not exist yet/);
    await says(`?asOf=${future}`, 400, 'validation_failed', /query\.asOf.*lies in the future/);
    for (const bad of ['yesterday', '2026-01-31', '2026-13-01T00:00:00Z', ''])
      await says(`?asOf=${bad}`, 400, 'validation_failed', /query\.asOf.*must be a moment, for example/);
    await says(`/changes?to=${early}`, 404, 'not_found', /did not exist yet/);
    await says(`/changes?from=${created}&to=${early}`, 400, 'validation_failed', /query\.to.*lies before `from`/);
    await says(`/changes?from=${future}`, 400, 'validation_failed', /query\.from.*future/);
    await says('/changes?from=soon', 400, 'validation_failed', /query\.from.*must be a moment/);
    const stranger = await past.api.addTenant(`stranger-${id.slice(-6)}`);
    for (const route of [`${path}?asOf=${created}`, `${path}/changes`])
      refused(await past.api.call('GET', route, { key: stranger.key }), 404, 'not_found');
    refused(await get(`/v1/contacts/${randomUUID()}?asOf=${created}`), 404, 'not_found');
    await done(past.api.call('DELETE', path));
    const now = new Date().toISOString();
    await says(`?asOf=${now}`, 404, 'not_found', /was deleted at .*: ask for a moment before/);
    await says('/changes', 404, 'not_found', /was deleted/);
    assert.equal((await done(get(`${path}?asOf=${created}`)))['name'], 'Name 0');
  });

  test('an event that says an earlier moment than the one before it does not count before that one', async () => {
    const { id } = await past.api.contact();
    const start = Date.now();
    const at = async (tag: string, ms: number) => {
      const clock = { now: () => new Date(start + ms) };
      const command = { type: 'contact.add_tag', data: { tag } } as const;
      await past.inOurs((tx) =>
        execute({ ...past.api.database, clock }, tx, aggregates.contact, String(id), command, cause()),
      );
    };
    for (const [tag, ms] of [
      ['a', 10_000],
      ['b', 5_000],
      ['c', 6_000],
      ['d', 7_000],
      ['e', 12_000],
    ] as const)
      await at(tag, ms);
    const tagsAt = async (ms: number) => (await past.replayed(String(id), { moment: new Date(start + ms) })).state.tags;
    assert.equal((await past.snapshotsOf(String(id))).length, 1);
    assert.deepEqual(await tagsAt(8_000), []);
    assert.deepEqual(await tagsAt(10_000), ['a', 'b', 'c', 'd']);
    assert.deepEqual(await tagsAt(12_000), ['a', 'b', 'c', 'd', 'e']);
  });

  test('events of older versions are read as those of today', async () => {
    const { sessionId } = await newSession(causeWorld(past.api));
    const end = { type: 'session.close', data: { reason: 'manual_close' } } as const;
    await past.inOurs((tx) => execute(past.api.database, tx, aggregates.session, sessionId, end, cause()));
    const golden = JSON.parse(
      readFileSync(new URL('../fixtures/events/session.ended.v1.json', import.meta.url), 'utf8'),
    ) as { data: object };
    const { rows } = await past.admin.query<{ data: object }>(
      'select event_data as data from event_store where aggregate_id = $1 and sequence_number = 2',
      [sessionId],
    );
    // As the release that still carried them would have written it.
    const older = { ...golden.data, ...rows[0]?.data };
    assert.ok('messageIds' in older);
    await past.admin.query(
      `update event_store set event_version = 'v1', event_data = $2 where aggregate_id = $1 and sequence_number = 2`,
      [sessionId, older],
    );
    const { state } = await past.inOurs((tx) => replay(past.api.database, tx, aggregates.session, sessionId));
    assert.deepEqual(
      state,
      (await past.inOurs((tx) => load(past.api.database, tx, aggregates.session, sessionId))).state,
    );
    const { events } = await done(get(`/v1/sessions/${sessionId}/changes`));
    const last = listed(events)[1];
    assert.deepEqual(
      [last?.['type'], last?.['version'], told(last?.['data'])['messageIds']],
      ['session.ended', 2, undefined],
    );
  });
});

describe('what changed between two moments', () => {
  test('the fields before and after, and the events in between, page by page', async () => {
    const { id, answers } = await past.renamed(4);
    const [from, to] = [
      await past.momentOf(id, Number(answers[1]?.['sequence'])),
      await past.momentOf(id, Number(answers[3]?.['sequence'])),
    ];
    const path = `/v1/contacts/${id}/changes`;
    const changes = await done(get(`${path}?from=${from}&to=${to}`));
    assert.deepEqual(changes['fields'], [
      { field: 'name', before: 'Name 1', after: 'Name 3' },
      { field: 'updatedAt', before: answers[1]?.['updatedAt'], after: answers[3]?.['updatedAt'] },
    ]);
    const events = listed(changes['events']);
    const between = [Number(answers[1]?.['sequence']) + 1, Number(answers[3]?.['sequence'])] as const;
    assert.deepEqual([changes['fromSequence'], changes['toSequence']], [between[0] - 1, between[1]]);
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      Array.from({ length: between[1] - between[0] + 1 }, (_, index) => between[0] + index),
    );
    const names = events
      .filter(({ type }) => String(type) === 'contact.name_changed')
      .map(({ data }) => told(data)['newName']);
    assert.deepEqual(names, ['Name 2', 'Name 3']);
    const paged: unknown[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await done(get(`${path}?from=${from}&to=${to}&limit=1${query}`));
      paged.push(...listed(page['events']));
      cursor = page['nextCursor'];
    }
    assert.deepEqual(paged, events);
    const same = await done(get(`${path}?from=${to}&to=${to}`));
    assert.deepEqual([same['fields'], same['events']], [[], []]);
    const whole = await done(get(path));
    assert.deepEqual([whole['from'], whole['fromSequence']], [null, 0]);
    const name = listed(whole['fields']).find(({ field }) => String(field) === 'name');
    assert.deepEqual(name, { field: 'name', before: null, after: 'Name 4' });
    const early = await done(get(`${path}?from=2020-01-01T00:00:00Z`));
    assert.deepEqual(early['fields'], whole['fields']);
  });

  test('what was erased is null at every moment, and it is said', async () => {
    const { id, answers } = await past.renamed(4);
    await done(past.api.call('POST', `/v1/contacts/${id}/anonymize`, { body: { requestedBy: 'the person' } }));
    for (const answer of answers) {
      const then = await past.answerAt(id, answer);
      assert.deepEqual([then['name'], then['phone'], then['externalIds'], then['erased']], [null, null, null, true]);
      assert.deepEqual([then['createdAt'], then['sequence']], [answer['createdAt'], answer['sequence']]);
    }
    const changes = await done(get(`/v1/contacts/${id}/changes`));
    const named = listed(changes['events']).filter(({ type }) => String(type) === 'contact.name_changed');
    assert.deepEqual(
      named.map(({ data, erased }) => [told(data)['newName'], erased]),
      Array(4).fill([null, true]),
    );
    assert.equal(changes['erased'], true);
    assert.doesNotMatch(JSON.stringify(changes), /Name \d/);
  });
});

test('each stored event says what caused it and in what it belongs', async () => {
  const requestId = randomUUID();
  const made = await past.api.call('POST', '/v1/contacts', {
    body: { projectId: past.api.tenant.projectId, name: 'Ana', tags: ['vip'] },
    headers: { 'x-request-id': requestId },
  });
  const { rows } = await past.admin.query(
    'select event_type as type, causation_id as cause, correlation_id as correlation from event_store where aggregate_id = $1 order by sequence_number',
    [made.json['id']],
  );
  assert.deepEqual(
    rows,
    ['contact.created', 'contact.tag_added'].map((type) => ({ type, cause: requestId, correlation: requestId })),
  );
  const own = cause();
  const command = { type: 'contact.add_tag', data: { tag: 'own' } } as const;
  await past.inOurs((tx) => execute(past.api.database, tx, aggregates.contact, String(made.json['id']), command, own));
  const { events } = await done(get(`/v1/contacts/${made.json['id']}/changes`));
  const last = listed(events)[2];
  assert.deepEqual([last?.['causationId'], last?.['correlationId']], [own.causationId, own.correlationId]);
  const { rows: odd } = await past.admin.query(
    `select stored.id from event_store stored left join outbox_events sent on sent.event_id = stored.id
     where sent.event_id is null or sent.correlation_id <> stored.correlation_id or (sent.metadata ->> 'causation_id')::uuid <> stored.causation_id
       or sent.aggregate_sequence <> stored.sequence_number`,
  );
  assert.deepEqual(odd, []);
});
