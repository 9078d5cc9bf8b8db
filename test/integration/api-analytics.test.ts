// Sessions and campaigns in numbers over HTTP: groups add up to the total, ranges are checked, no tenant sees another's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { followCampaigns } from '../../db/projections/campaign-results.ts';
import type { ProjectedEvent } from '../../db/projections/read-model.ts';
import { measureSessions } from '../../db/projections/session-analytics.ts';
import { inTenant } from '../../db/transaction.ts';
import { type Json, startTestApi, type TestApi, type TestTenant } from '../support/api.ts';

let api: TestApi;
let stranger: TestTenant;
const [ana, bia] = [randomUUID(), randomUUID()];
const [shop, market] = [randomUUID(), randomUUID()];
const [alice, bob, carol] = [randomUUID(), randomUUID(), randomUUID()];

before(async () => {
  api = await startTestApi('api_analytics');
  stranger = await api.addTenant('tenant-b');
  await take(
    measureSessions,
    session('2026-03-01T10:00:00.000Z', { agentId: ana, channelId: shop, answersAfter: [30, 90] }),
  );
  await take(
    measureSessions,
    session('2026-03-01T23:30:00.000Z', { agentId: ana, channelId: market, answersAfter: [60] }),
  );
  await take(measureSessions, session('2026-03-03T10:00:00.000Z', { agentId: bia, channelId: shop, ends: false }));
  await take(measureSessions, session('2026-04-01T00:00:00.000Z', { agentId: bia, channelId: shop }));
});
after(() => api.close());

/** Events of an aggregate, as its consumer takes them. */
function eventsOf(aggregateType: string, aggregateId: string, told: readonly (readonly [string, object])[]) {
  return told.map(
    ([type, data], index): ProjectedEvent => ({
      id: randomUUID(),
      type,
      version: 1,
      time: '2026-03-01T10:00:00.000Z',
      tenantId: api.tenant.tenantId,
      projectId: api.tenant.projectId,
      aggregateType,
      aggregateId,
      sequence: index + 1,
      data: { ...data },
    }),
  );
}
const take = (handle: typeof measureSessions, events: readonly ProjectedEvent[]): Promise<void> =>
  inTenant(api.database.pool, api.tenant.tenantId, (tx) => handle(events, tx));

/** One that the contact begins; each answer comes so many seconds after its question. It lasts an hour. */
function session(
  startedAt: string,
  how: { agentId: string; channelId: string; answersAfter?: readonly number[]; ends?: boolean },
): ProjectedEvent[] {
  const { agentId, channelId, answersAfter = [], ends = true } = how;
  const at = (seconds: number): string => new Date(Date.parse(startedAt) + seconds * 1_000).toISOString();
  const message = (fromContact: boolean, seconds: number) =>
    ['session.message_recorded', { fromContact, recordedAt: at(seconds), messageId: randomUUID() }] as const;
  const answered = answersAfter.flatMap((seconds, index) => [
    message(true, index * 600),
    message(false, index * 600 + seconds),
  ]);
  return eventsOf('session', randomUUID(), [
    ['session.started', { startedAt, channelId }],
    ['session.agent_assigned', { agentId, reassignmentCount: 0 }],
    ...answered,
    ...(ends
      ? [['session.ended', { endedAt: at(3_600), reason: 'manual_close', channelId }] as const]
      : [message(true, 5)]),
  ]);
}

const read = (query: string, key?: string) => api.call('GET', `/v1/analytics/sessions?${query}`, key ? { key } : {});
const march = 'from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z';

describe('sessions in numbers', () => {
  test('by agent, channel and day; the groups add up to the total', async () => {
    for (const [groupBy, expected] of [
      ['agent', { [ana]: 2, [bia]: 1 }],
      ['channel', { [shop]: 2, [market]: 1 }],
      ['day', { '2026-03-01': 2, '2026-03-03': 1 }],
    ] as const) {
      const { status, json } = await read(`${march}&groupBy=${groupBy}`);
      assert.equal(status, 200);
      const groups = json['groups'] as unknown as Json[];
      assert.deepEqual(Object.fromEntries(groups.map((one) => [String(one['key']), one['sessions']])), expected);
      for (const figure of ['sessions', 'open', 'ended', 'waiting', 'messages', 'contactMessages', 'ownMessages'])
        assert.equal(
          groups.reduce((sum, one) => sum + Number(one[figure]), 0),
          json['total']?.[figure],
          figure,
        );
    }
    const { json } = await read(`${march}&groupBy=agent`);
    const total = json['total'];
    assert.deepEqual(
      [total?.['sessions'], total?.['open'], total?.['ended'], total?.['waiting'], total?.['messages']],
      [3, 1, 2, 1, 7],
    );
    assert.deepEqual(total?.['durationSeconds'], { count: 2, average: 3_600, median: 3_600, p90: 3_600 });
    assert.deepEqual(total?.['firstResponseSeconds'], { count: 2, average: 45, median: 45, p90: 57 });
    assert.deepEqual(total?.['responseSeconds'], { count: 3, average: 60 });
  });

  test('days are of the time zone that was asked for; filters narrow what is added up', async () => {
    const { json } = await read(`${march}&groupBy=day&timezone=Asia/Tokyo&channelId=${market}`);
    assert.deepEqual([json['total']?.['sessions'], json['groups']?.[0]?.['key']], [1, '2026-03-02']);
    const { json: none } = await read(`${march}&groupBy=day&agentId=${randomUUID()}`);
    assert.deepEqual(
      [none['total']?.['sessions'], none['total']?.['durationSeconds']?.['average'], none['groups']],
      [0, null, []],
    );
    const { json: theirs } = await read(`${march}&groupBy=day`, stranger.key);
    assert.equal(theirs['total']?.['sessions'], 0);
  });

  test('a range that is empty, too long or no range is refused, saying what to change', async () => {
    for (const [query, place, says] of [
      ['from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z&groupBy=day', 'query.to', /must be after/],
      ['from=2025-03-01T00:00:00Z&to=2026-04-01T00:00:00Z&groupBy=day', 'query.to', /at most 366 days/],
      ['from=9999-12-31T23:59:59-14:00&to=9999-12-31T23:59:59Z&groupBy=day', 'query.from', /between the years/],
      ['from=yesterday&to=2026-04-01T00:00:00Z&groupBy=day', 'query.from', /./],
      [`${march}&groupBy=week`, 'query.groupBy', /./],
      [`${march}&groupBy=day&timezone=Mars`, 'query.timezone', /name of a time zone/],
      [`${march}`, 'query.groupBy', /./],
    ] as const) {
      const { status, headers, json } = await read(query);
      assert.equal(status, 400, query);
      assert.match(headers.get('content-type') ?? '', /problem\+json/);
      const [error] = json['errors'] as unknown as Json[];
      assert.equal(error?.['path'], place, query);
      assert.match(String(error?.['message']), says);
    }
  });
});

describe('campaign results', () => {
  const campaign = async (goal: object): Promise<string> => {
    const body = { projectId: api.tenant.projectId, name: 'Spring', ...goal };
    return String((await api.call('POST', '/v1/campaigns', { body })).json['id']);
  };
  const enrolled = (campaignId: string, contactId: string, ...told: readonly (readonly [string, object])[]) => {
    const about = { campaignId, contactId };
    return eventsOf('campaign_enrollment', randomUUID(), [
      ['campaign.contact_enrolled', about],
      ...told.map(([type, data]) => [`campaign.enrollment_${type}`, { ...about, ...data }] as const),
    ]);
  };
  const sent = (campaignId: string | undefined, contactId: string, at: string, ...reached: readonly string[]) => {
    const about = { contactId, fromMe: campaignId !== undefined, createdAt: at, ...(campaignId && { campaignId }) };
    return eventsOf('message', randomUUID(), [
      ['message.created', about],
      ...reached.map((status) => [`message.${status}`, { [`${status}At`]: at }] as const),
    ]);
  };

  test('who went through it, how far its messages got, who wrote back, how far its goal is', async () => {
    const id = await campaign({ goalType: 'engagement', goalValue: 4 });
    const other = await campaign({ goalType: 'reach_contacts' });
    const over = { completedAt: '2026-03-02T00:00:00.000Z' };
    const left = (exitReason: string) => ['exited', { exitReason, exitedAt: '2026-03-02T00:00:00.000Z' }] as const;
    await take(followCampaigns, [
      ...enrolled(id, alice, ['advanced', { currentStepOrder: 2 }], ['completed', over]),
      ...enrolled(id, alice, ['paused', {}]),
      ...enrolled(id, bob, left('replied')),
      ...enrolled(id, carol, left('replied')),
      ...enrolled(id, carol, ['paused', {}], ['resumed', {}]),
      ...enrolled(id, carol, left('not wanted')),
      ...enrolled(other, alice),
      ...sent(id, alice, '2026-03-01T10:00:00.000Z', 'sent', 'delivered', 'read'),
      ...sent(id, alice, '2026-03-01T11:00:00.000Z', 'sent'),
      ...sent(id, bob, '2026-03-01T10:00:00.000Z', 'sent', 'delivered'),
      ...sent(id, carol, '2026-03-01T10:00:00.000Z', 'failed'),
      ...sent(id, carol, '2026-03-01T12:00:00.000Z'),
      ...sent(other, bob, '2026-03-01T10:00:00.000Z', 'sent'),
      // Before, too late, in time.
      ...sent(undefined, bob, '2026-03-01T09:59:00.000Z'),
      ...sent(undefined, bob, '2026-03-08T10:00:01.000Z'),
      ...sent(undefined, alice, '2026-03-01T10:30:00.000Z'),
    ]);
    const { status, json } = await api.call('GET', `/v1/campaigns/${id}/results`);
    assert.equal(status, 200);
    assert.deepEqual(json, {
      campaignId: id,
      audience: 3,
      enrolled: 6,
      active: 1,
      paused: 1,
      completed: 1,
      exited: 3,
      exitReasons: [
        { reason: 'replied', count: 2 },
        { reason: 'not wanted', count: 1 },
      ],
      messages: { total: 5, queued: 1, sent: 3, delivered: 2, read: 1, failed: 1, replied: 1 },
      goal: { type: 'engagement', target: 4, reached: 1, share: 0.25 },
    });
    const { json: their } = await api.call('GET', `/v1/campaigns/${other}/results`);
    assert.deepEqual(their['goal'], { type: 'reach_contacts', target: null, reached: 1, share: null });
    assert.equal((await api.call('GET', `/v1/campaigns/${id}/results`, { key: stranger.key })).status, 404);
    assert.equal((await api.call('GET', `/v1/campaigns/${randomUUID()}/results`)).status, 404);
  });
});
