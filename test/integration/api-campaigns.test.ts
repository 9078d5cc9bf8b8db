// Broadcasts, sequences and campaigns over HTTP: drafted, run, ended; who is in them, once, also at the same moment; what belongs to others.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { finalCounts, gatherRecipients } from '../../db/broadcast-audience.ts';
import { execute } from '../../db/execute.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { newList, nextYear, text } from '../causes/outreach.ts';
import { done, idsOf, refused } from '../support/answers.ts';
import { type Json, startTestApi, type TestAnswer, type TestApi } from '../support/api.ts';
import { causeWorld } from '../support/cause-world.ts';
import { eventually } from '../support/eventually.ts';
import { runCommand } from '../support/run-command.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_campaigns');
  const { tenantId, channelId } = api.tenant;
  const working = { webhookUrl: 'http://127.0.0.1/hook' };
  await runCommand({ database: api.database, tenantId }, 'channel', channelId, 'channel.confirm_working', working);
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });
const get = (path: string) => done(api.call('GET', path));
const idOf = (thing: Json): string => String(thing['id']);
const contact = async (data: object = { phone: `55119${String(Math.random()).slice(2, 10)}` }) =>
  idOf(await api.contact(data));
const list = (contactIds: readonly string[]) => newList(causeWorld(api), contactIds);
const inOurs = <T>(work: (tx: Tx) => Promise<T>) => inTenant(api.database.pool, api.tenant.tenantId, work);
const draft = async (listId: string, data: object = {}) => {
  const { projectId, channelId } = api.tenant;
  return done(post('/v1/broadcasts', { projectId, channelId, listId, name: 'Hours', message: text, ...data }));
};

describe('broadcasts', () => {
  test('go to everyone on the list once; who can not be reached is skipped; the counts add up to the end', async () => {
    const reached = [await contact(), await contact(), await contact()];
    const unwilling = await contact();
    await done(post(`/v1/contacts/${unwilling}/opt-out`, { reason: 'asked to' }));
    const listId = await list([...reached, await contact({}), unwilling]);
    const { id } = await draft(listId, { ratePerMinute: 2 });
    const path = `/v1/broadcasts/${id}`;
    const audience = { total: 5, sendable: 3, skipped: { no_address: 1, opted_out: 1 }, minutes: 2 };
    const { estimatedEndAt, passedOver, ...counted } = await get(`${path}/audience`);
    assert.deepEqual(counted, audience);
    const inMs = Date.parse(String(estimatedEndAt)) - Date.now();
    assert.ok(inMs > 50_000 && inMs < 80_000, `${inMs} ms for three at two a minute`);
    const reasons = passedOver as unknown as { contactId: string; reason: string }[];
    assert.equal(reasons.find(({ contactId }) => contactId === unwilling)?.reason, 'opted_out');
    await done(post(`${path}/start`));
    const countsNow = async () => (await get(`${path}/recipients?limit=1`))['counts'];
    assert.deepEqual(await countsNow(), { total: 5, pending: 3, sending: 0, sent: 0, failed: 0, skipped: 2 });
    const waiting = (await get(`${path}/recipients?status=pending`)).data;
    assert.deepEqual(waiting.map(({ contactId }) => contactId).sort(), reached.toSorted());
    const cause = { causationId: randomUUID(), correlationId: randomUUID() };
    const complete = () =>
      inOurs(async (tx) => {
        const command = { type: 'broadcast.complete' as const, data: await finalCounts(tx, String(id)) };
        return execute(api.database, tx, aggregates.broadcast, String(id), command, cause);
      });
    await assert.rejects(complete(), /3 recipients/);
    for (const [index, recipient] of waiting.entries())
      await inOurs(async (tx) => {
        const run = (type: 'begin' | 'confirm' | 'fail', data: object) =>
          execute(
            api.database,
            tx,
            aggregates.broadcastRecipient,
            idOf(recipient),
            { type: `broadcast_recipient.${type}`, data },
            cause,
          );
        const messageId = randomUUID();
        await run('begin', { messageId });
        await (index === 0 ? run('fail', { messageId, reason: 'no such number' }) : run('confirm', { messageId }));
      });
    const { events } = await complete();
    assert.deepEqual(
      events.map(({ data }) => ({ ...data, completedAt: '' })),
      [{ broadcastId: id, completedAt: '', totalSent: 3, successCount: 2, failureCount: 1, skippedCount: 2 }],
    );
    assert.deepEqual(await countsNow(), { total: 5, pending: 0, sending: 0, sent: 2, failed: 1, skipped: 2 });
    const [failed] = (await get(`${path}/recipients?status=failed`)).data;
    assert.equal(failed?.['reason'], 'no such number');
    refused(await post(`${path}/cancel`), 422, 'broadcast_completed');
  });

  test('read a large list page by page, two readers at once, nobody twice; a cancelled one reads no more', async () => {
    const contactIds = [];
    for (let index = 0; index < 5; index += 1) contactIds.push(await contact());
    const listId = await list(contactIds);
    const broadcast = await draft(listId);
    const id = idOf(broadcast);
    await inOurs((tx) =>
      tx.query('insert into broadcast_audiences (broadcast_id, tenant_id, is_complete) values ($1, $2, false)', [
        id,
        tx.tenantId,
      ]),
    );
    const { projectId, channelId } = api.tenant;
    const read = () =>
      inOurs((tx) => gatherRecipients(tx, { id, projectId, listId, channelId }, { now: new Date(), size: 2 }));
    const waiting = () =>
      inOurs((tx) =>
        tx.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
      );
    // The second comes while the first has not committed yet: it has to wait for it.
    const { first, second } = await inOurs(async (tx) => {
      const page = await gatherRecipients(tx, { id, projectId, listId, channelId }, { now: new Date(), size: 2 });
      const next = read();
      await eventually(async () => (await waiting()).rowCount === 1);
      return { first: page, second: next };
    });
    assert.deepEqual(
      [first, await second],
      [
        { added: 2, isComplete: false },
        { added: 2, isComplete: false },
      ],
    );
    await assert.rejects(
      inOurs((tx) => finalCounts(tx, id)),
      /still being read/,
    );
    await done(post(`/v1/broadcasts/${id}/cancel`));
    assert.deepEqual(await read(), { added: 0, isComplete: true });
    const { data, counts } = (await get(`/v1/broadcasts/${id}/recipients`)) as Json;
    assert.deepEqual([counts?.['total'], counts?.['skipped']], [4, 4]);
    assert.equal(data?.[0]?.['reason'], 'broadcast_cancelled');
  });

  test('go to nobody who was merged into another or anonymized; not from a list or on a channel that is gone', async () => {
    const [stays, merged, forgotten] = [await contact(), await contact(), await contact()];
    const listId = await list([stays, merged, forgotten]);
    await done(post(`/v1/contacts/${stays}/merge`, { contactIds: [merged], strategy: 'union' }));
    await done(post(`/v1/contacts/${forgotten}/anonymize`, {}));
    const path = `/v1/broadcasts/${idOf(await draft(listId))}`;
    const audience = await get(`${path}/audience`);
    assert.deepEqual([audience['total'], audience['sendable']], [1, 1]);
    const { projectId } = api.tenant;
    const channelId = idOf(await done(post('/v1/channels', { projectId, name: 'Never connected', type: 'waha' })));
    const early = `/v1/broadcasts/${idOf(await draft(listId, { channelId }))}`;
    refused(await post(`${early}/start`), 422, 'channel_not_active');
    refused(await post(`${early}/schedule`, { scheduledAt: nextYear() }), 422, 'channel_not_active');
    const begun = `/v1/broadcasts/${idOf(await draft(listId))}`;
    await done(post(`${begun}/start`));
    await done(post(`${begun}/pause`));
    const { tenantId, channelId: working } = api.tenant;
    const told = (type: string, data: object) =>
      runCommand({ database: api.database, tenantId }, 'channel', working, type, data);
    await told('channel.deactivate', {});
    refused(await post(`${begun}/resume`), 422, 'channel_not_active');
    assert.equal((await get(begun))['status'], 'paused');
    await told('channel.confirm_working', { webhookUrl: 'http://127.0.0.1/hook' });
    await done(post(`${begun}/resume`));
    await done(post(`${begun}/pause`));
    await done(api.call('DELETE', `/v1/contact-lists/${listId}`));
    refused(await post(`${begun}/resume`), 422, 'reference_not_found');
    refused(await post(`${path}/start`), 422, 'reference_not_found');
    assert.equal((await get(path))['status'], 'draft');
  });

  test('are changed while they are drafts, and only for what is there', async () => {
    const listId = await list([]);
    const broadcast = await draft(listId);
    const path = `/v1/broadcasts/${broadcast['id']}`;
    const change = (body: object, match = '*') => api.call('PATCH', path, { body, headers: { 'if-match': match } });
    assert.equal((await done(change({ name: 'Later' }, '"1"')))['name'], 'Later');
    refused(await change({ name: 'Never' }, '"1"'), 412, 'precondition_failed');
    refused(await change({ listId: randomUUID() }), 422, 'reference_not_found');
    refused(await change({ message: { type: 'template', content: 'Hi {{nick}}' } }), 422, 'unknown_variables');
    refused(await post(`${path}/schedule`, { scheduledAt: '2020-01-01T00:00:00.000Z' }), 422, 'schedule_in_past');
    await done(post(`${path}/schedule`, { scheduledAt: nextYear() }));
    refused(await change({ name: 'Never' }), 422, 'broadcast_not_draft');
    const second = await draft(listId);
    const query = `/v1/broadcasts?listId=${listId}&limit=1`;
    const first = await get(query);
    const rest = await get(`${query}&cursor=${first['nextCursor']}`);
    assert.deepEqual([...idsOf(first), ...idsOf(rest)], [second['id'], broadcast['id']]);
    const stranger = await api.addTenant('broadcast-stranger');
    refused(await api.call('GET', path, { key: stranger.key }), 404, 'not_found');
    const { projectId, channelId } = stranger;
    const body = { projectId, channelId, listId, name: 'x', message: text };
    refused(await api.call('POST', '/v1/broadcasts', { key: stranger.key, body }), 422, 'reference_not_found');
  });
});

describe('sequences and campaigns', () => {
  const atOnce = { amount: 0, unit: 'minutes' };
  const campaign = async (data: object = {}) => {
    const body = { projectId: api.tenant.projectId, name: 'Spring', goalType: 'engagement', ...data };
    const path = `/v1/campaigns/${(await done(post('/v1/campaigns', body)))['id']}`;
    await done(post(`${path}/steps`, { step: { stepType: 'delay', delay: atOnce } }));
    return path;
  };

  test('take a contact in once, also when two ask at the same moment', async () => {
    const path = await campaign();
    const contactIds = [await contact()];
    refused(await post(`${path}/enrollments`, { contactIds }), 422, 'campaign_not_active');
    await done(post(`${path}/activate`));
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(`${path}/enrollments`, { contactIds })));
    const entered = answers.flatMap(({ status, json }) => (status === 200 ? [...(json['enrolled'] as never)] : []));
    assert.equal(entered.length, 1);
    for (const { status, json } of answers)
      if (status !== 200) refused({ status, json } as TestAnswer, 422, 'already_enrolled');
    const again = await done(post(`${path}/enrollments`, { contactIds }));
    assert.deepEqual(again['skipped'], [{ contactId: contactIds[0], rule: 'already_enrolled' }]);
    refused(await post(`${path}/enrollments`, { contactIds: [randomUUID()] }), 422, 'reference_not_found');
    refused(await post(`${path}/complete`), 422, 'enrollments_open');
    const { data } = await get(`/v1/campaign-enrollments?contactId=${contactIds[0]}&status=active`);
    const enrollment = `/v1/campaign-enrollments/${data[0]?.['id']}`;
    await done(post(`${enrollment}/pause`));
    assert.equal((await done(post(`${enrollment}/resume`)))['status'], 'active');
    assert.equal((await done(post(`${enrollment}/exit`, { reason: 'asked to' })))['exitReason'], 'asked to');
    const late = await done(post(`${path}/enrollments`, { contactIds }));
    assert.deepEqual(late['skipped'], [{ contactId: contactIds[0], rule: 'enrolled_before' }]);
    assert.equal((await done(post(`${path}/complete`)))['status'], 'completed');
  });

  test('change steps in a pause only, and move nobody who is inside', async () => {
    const path = await campaign({ reEntry: true });
    await done(post(`${path}/activate`));
    const step = { stepType: 'wait', waitFor: 'reply', timeoutHours: 2 };
    refused(await post(`${path}/steps`, { step }), 422, 'steps_fixed');
    const made = await done(post(`${path}/enrollments`, { contactIds: [await contact()] }));
    await done(post(`${path}/pause`));
    const changed = await done(post(`${path}/steps`, { step, order: 1 }));
    const steps = changed['steps'] as unknown as readonly Json[];
    assert.deepEqual(
      steps.map(({ stepType }) => stepType),
      ['wait', 'delay'],
    );
    const moved = await done(post(`${path}/steps/${steps[0]?.['stepId']}/move`, { order: 2 }));
    assert.deepEqual(
      (moved['steps'] as unknown as readonly Json[]).map(({ stepType }) => stepType),
      ['delay', 'wait'],
    );
    const inside = await get(`/v1/campaign-enrollments/${made['enrolled']?.[0]?.['id']}`);
    assert.deepEqual(
      (inside['steps'] as unknown as readonly Json[]).map(({ stepType }) => stepType),
      ['delay'],
    );
    await done(post(`${path}/resume`));
    refused(await post(`${path}/archive`), 422, 'campaign_active');
    const unknown = { step: { stepType: 'broadcast', broadcastId: randomUUID() } };
    refused(await post(`${await campaign()}/steps`, unknown), 422, 'reference_not_found');
  });

  test('do not begin, and do not go on, with steps that lead to what is put away', async () => {
    const broadcastId = idOf(await draft(await list([await contact()])));
    const path = await campaign();
    await done(post(`${path}/steps`, { step: { stepType: 'broadcast', broadcastId } }));
    await done(post(`${path}/activate`));
    await done(post(`${path}/pause`));
    await done(post(`/v1/broadcasts/${broadcastId}/cancel`));
    const { json } = await post(`${path}/resume`);
    assert.deepEqual(json['rule'], 'reference_not_found');
    assert.match(JSON.stringify(json['errors']), /steps\[\d\]\.broadcastId/);
    assert.equal((await get(path))['status'], 'paused');
  });

  test('put away, let everybody leave; so do contacts that are deleted, merged or anonymized', async () => {
    const path = await campaign();
    await done(post(`${path}/activate`));
    const [stays, deleted, merged, forgotten] = [await contact(), await contact(), await contact(), await contact()];
    await done(post(`${path}/enrollments`, { contactIds: [stays, deleted, merged, forgotten] }));
    const reasons = async () => {
      const { data } = await get(`/v1/campaign-enrollments?campaignId=${path.split('/').at(-1)}`);
      return Object.fromEntries(data.map(({ contactId, exitReason }) => [contactId, exitReason]));
    };
    await done(api.call('DELETE', `/v1/contacts/${deleted}`));
    await done(post(`/v1/contacts/${stays}/merge`, { contactIds: [merged], strategy: 'union' }));
    await done(post(`/v1/contacts/${forgotten}/anonymize`, {}));
    const gone = { [deleted]: 'contact_deleted', [merged]: 'contact_merged', [forgotten]: 'contact_anonymized' };
    assert.deepEqual(await reasons(), { ...gone, [stays]: null });
    refused(await post(`${path}/enrollments`, { contactIds: [merged] }), 422, 'reference_not_found');
    refused(await post(`${path}/enrollments`, { contactIds: [forgotten] }), 422, 'reference_not_found');
    await done(post(`${path}/pause`));
    await done(post(`${path}/archive`));
    assert.deepEqual(await reasons(), { ...gone, [stays]: 'campaign_archived' });
  });

  test('a sequence is drafted, takes contacts in and lets them stay through its pause', async () => {
    const body = { projectId: api.tenant.projectId, name: 'Welcome' };
    const trigger = { type: 'list_joined', listId: randomUUID() };
    refused(await post('/v1/sequences', { ...body, trigger }), 422, 'reference_not_found');
    const path = `/v1/sequences/${(await done(post('/v1/sequences', body)))['id']}`;
    const renamed = await done(api.call('PATCH', path, { body: { trigger: { type: 'tag_added', tag: 'vip' } } }));
    assert.deepEqual([renamed['trigger'], renamed['sequence']], [{ type: 'tag_added', tag: 'vip' }, 2]);
    refused(await post(`${path}/activate`), 422, 'sequence_without_steps');
    const stepped = await done(post(`${path}/steps`, { delay: { amount: 2, unit: 'days' }, message: text }));
    const [step] = stepped['steps'] as unknown as readonly Json[];
    await done(api.call('DELETE', `${path}/steps/${step?.['stepId']}`));
    await done(post(`${path}/steps`, { delay: { amount: 1, unit: 'hours' }, message: text }));
    await done(post(`${path}/activate`));
    const made = await done(post(`${path}/enrollments`, { contactIds: [await contact(), await contact()] }));
    assert.equal((made['enrolled'] as unknown as unknown[]).length, 2);
    await done(post(`${path}/pause`));
    refused(await post(`${path}/enrollments`, { contactIds: [await contact()] }), 422, 'sequence_not_active');
    const { rows } = await inOurs((tx) =>
      tx.query(
        `select array_agg(aggregate_sequence order by id) as numbers from outbox_events where aggregate_id = $1`,
        [path.split('/').at(-1)],
      ),
    );
    assert.deepEqual(rows[0]?.['numbers'].map(Number), [1, 2, 3, 4, 5], 'changes without an event leave no gap');
    await done(post(`${path}/archive`));
    const { data } = await get(`/v1/sequence-enrollments?sequenceId=${path.split('/').at(-1)}`);
    assert.deepEqual(
      data.map(({ exitReason }) => exitReason),
      ['sequence_archived', 'sequence_archived'],
    );
  });
});
