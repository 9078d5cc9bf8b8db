// Projections: rebuilt equals live whatever the order of the deliveries, what is wrong is found and put right, and nothing that commits late is passed over.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { cancelRequest, listRequests } from '../../db/consumer-requests.ts';
import { lastPosition } from '../../db/log-events.ts';
import { timeline } from '../../db/projections/contact-timeline.ts';
import { projections } from '../../db/projections/index.ts';
import type { Row } from '../../db/projections/read-model.ts';
import { requestRebuild } from '../../db/rebuild-request.ts';
import { inSystem } from '../../db/transaction.ts';
import { type TestEvent, writeLate } from '../support/events.ts';
import { campaignLogs, channelIds, contactIds, sessionLogs } from '../support/projected-events.ts';
import { openProjectionWorld, type ProjectionName, type ProjectionWorld } from '../support/projection-world.ts';

let world: ProjectionWorld;
before(async () => {
  world = await openProjectionWorld('projections');
});
after(() => world.close());

const system = <T>(work: Parameters<typeof inSystem<T>>[1]): Promise<T> => inSystem(world.systemPool, work);
/** Sorted by a number drawn for each: the same for the same seed. */
const mixed = <T>(all: readonly T[], seed: number): T[] =>
  all
    .map((one, index) => ({ one, place: Math.sin(seed + index * 7_919) }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);

/** What contacts wrote is in the state before its event is told. */
async function writeInbound(events: readonly TestEvent[]): Promise<void> {
  const inbound = events.flatMap(({ type, data }) => {
    const { messageId, contactId, fromMe, createdAt } = data as Record<string, unknown>;
    return type === 'message.created' && fromMe === false ? [{ messageId, contactId, createdAt }] : [];
  });
  await world.admin.query(
    `insert into messages (id, tenant_id, project_id, sequence, channel_id, contact_id, from_me, source, message_type, status, reactions, created_at)
     select "messageId", 't', gen_random_uuid(), 1, $2, "contactId", false, 'webhook', 'text', 'delivered', '[]', "createdAt"
     from jsonb_to_recordset($1::jsonb) as m ("messageId" uuid, "contactId" uuid, "createdAt" timestamptz)`,
    [JSON.stringify(inbound), channelIds[0]],
  );
}

const tags = (count: number, contactId: string = randomUUID()): TestEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    aggregateId: contactId,
    aggregateType: 'contact',
    sequence: n + 1,
    type: 'contact.tag_added',
    data: { contactId, tag: `t${n}` },
  }));
async function happen(name: ProjectionName, events: readonly TestEvent[]): Promise<string[]> {
  const ids = await world.log(events);
  await world.deliver(name, await world.deliveries(ids));
  return ids;
}

describe('rebuilt equals live', () => {
  test('the timeline: what is changed, missing or said by no event is put right where it stands; the rest keeps its place in the stream', async () => {
    const ids = await happen('timeline', tags(700));
    const live = await world.rows('timeline');
    const places = async () =>
      (await world.systemPool.query('select id, position, transaction_id from contact_events order by id')).rows;
    const before = await places();
    await world.admin.query("update contact_events set title = 'wrong', priority = 'high' where id = $1", [ids[3]]);
    await world.admin.query('delete from contact_events where id = $1', [ids[600]]);
    await world.admin.query(
      `insert into contact_events (id, tenant_id, contact_id, event_id, event_type, category, title, payload, visible_to_client, visible_to_agent, priority, occurred_at)
       select new.id, tenant_id, contact_id, new.id, event_type, category, title, payload, visible_to_client, visible_to_agent, priority, occurred_at
       from contact_events, (select gen_random_uuid() as id) new where contact_events.id = $1`,
      [ids[5]],
    );
    const damaged = await world.rows('timeline');
    const asked = await world.rebuild('timeline', { onlyCompares: true });
    assert.deepEqual([asked.compared, asked.changed], [700, 3]);
    assert.deepEqual(await world.rows('timeline'), damaged);
    assert.equal((await world.rebuild('timeline')).changed, 3);
    assert.deepEqual(await world.rows('timeline'), live);
    const moved = (await places()).filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]));
    assert.deepEqual(
      moved.map(({ id }) => id),
      [ids[600]],
    );
    const make: typeof timeline.make = async (events, tx) =>
      new Map([...(await timeline.make(events, tx))].map(([id, row]) => [id, { ...row, visible_to_client: true }]));
    const found = await world.rebuild('timeline', { onlyCompares: true, changes: { models: [{ ...timeline, make }] } });
    assert.equal(found.changed, 700);
  });

  before(async () => {
    // Contacts and channels of the random histories: only their ids matter.
    await world.admin.query('alter table messages disable trigger all');
  });
  const logs = { session_analytics: sessionLogs, campaign_results: campaignLogs } as const;
  for (const name of ['session_analytics', 'campaign_results'] as const)
    test(`${name}: of random histories, delivered in any order, doubled`, { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(logs[name], fc.integer({ min: 0, max: 1_000 }), async (events, seed) => {
          await writeInbound(events);
          const all = await world.deliveries(await world.log(events));
          await world.deliver(name, mixed([...all, ...all.filter((_, index) => index % 3 === 0)], seed));
          const { compared, changed } = await world.rebuild(name, { onlyCompares: true });
          assert.deepEqual([compared > 0, changed], [true, 0]);
        }),
        { numRuns: 12 },
      );
      const live = await world.rows(name);
      assert.ok(live.length > 12);
      const [model] = projections[name].models;
      // All rows gone, one there that no event says: as they were.
      for (const { table } of projections[name].models) await world.admin.query(`delete from ${table}`);
      const rebuilt = await world.rebuild(name);
      assert.deepEqual([rebuilt.state, rebuilt.changed, rebuilt.lastError], ['done', live.length, null]);
      assert.deepEqual(await world.rows(name), live);
      // A projector made wrong on purpose would say otherwise, and is found before it changes anything.
      const make: typeof model.make = async (told, tx) => {
        const rows = await model.make(told, tx);
        return new Map([...rows].map(([id, row]): [string, Row] => [id, wrong(row)]));
      };
      const found = await world.rebuild(name, { onlyCompares: true, changes: { models: [{ ...model, make }] } });
      assert.ok(found.changed > 0);
      assert.deepEqual(await world.rows(name), live);
    });

  const wrong = (row: Row): Row =>
    'response_count' in row
      ? { ...row, response_count: Number(row['response_count']) + 1 }
      : { ...row, status: 'paused' };
});

describe('a rebuild', () => {
  test('keeps what the log has no more, takes what was never delivered, leaves what was discarded or has failed', async () => {
    // What the other tests have told shows in it, too.
    await world.rebuild('timeline');
    const [gone, ...rest] = await happen('timeline', tags(3));
    const old = "now() - interval '500 days'";
    await world.admin.query(`update contact_events set occurred_at = ${old} where id = $1`, [gone]);
    await world.admin.query('delete from outbox_events where event_id = $1', [gone]);
    const [lost, discarded, failed] = await world.log(tags(3));
    const aggregate =
      'select $1, event_id, tenant_id, event_type, aggregate_id, 5, $3 from outbox_events where event_id = $2';
    const letter = 'consumer_name, event_id, tenant_id, event_type, aggregate_id, attempts, last_error';
    const { consumer } = projections.timeline;
    await world.admin.query(`insert into consumer_failures (${letter}) ${aggregate}`, [consumer, failed, 'no']);
    await world.admin.query(
      `insert into discarded_letters (${letter}, note) ${aggregate.replace('$3', "$3, 'never mind'")}`,
      [consumer, discarded, 'no'],
    );
    await world.admin.query("insert into processed_events (consumer_name, event_id, tenant_id) values ($1, $2, 't')", [
      consumer,
      discarded,
    ]);
    const before = await world.rows('timeline');
    assert.equal((await world.rebuild('timeline')).changed, 1);
    const idsOf = (all: readonly object[]) => all.map((row) => String((row as { id: unknown }).id));
    const added = idsOf(await world.rows('timeline')).filter((id) => !idsOf(before).includes(id));
    assert.deepEqual(added, [lost]);
    assert.ok([gone, ...rest].every((id) => idsOf(before).includes(String(id))));
    // Delivered after all: it has its effect already.
    await world.deliver('timeline', await world.deliveries([String(lost)]));
    assert.equal((await world.rebuild('timeline', { onlyCompares: true })).changed, 0);
  });

  test('brings the history of a projection that began later, up to where it was sent; its consumer goes on from there', async () => {
    const moment = (minute: number) => new Date(Date.now() + minute * 60_000).toISOString();
    const started = (sessionId: string): TestEvent => ({
      aggregateId: sessionId,
      aggregateType: 'session',
      sequence: 1,
      type: 'session.started',
      data: { sessionId, contactId: contactIds[0], startedAt: moment(0) },
    });
    const message = (sessionId: string, sequence: number, fromContact: boolean): TestEvent => ({
      aggregateId: sessionId,
      aggregateType: 'session',
      sequence,
      type: 'session.message_recorded',
      data: { sessionId, fromContact, recordedAt: moment(sequence), messageId: randomUUID() },
    });
    const [met, unmet] = [randomUUID(), randomUUID()];
    for (const id of [met, unmet]) await world.log([started(id), message(id, 2, true)]);
    const beginning = await system(lastPosition);
    const deliver = async (...ids: string[]) =>
      world.deliver('session_analytics', await world.deliveries(ids), beginning);
    const figures = async (id: string) => {
      const { rows } = await world.systemPool.query<{ contact: number; own: number; responses: number }>(
        'select contact_message_count as contact, own_message_count as own, response_count as responses from session_analytics where session_id = $1',
        [id],
      );
      return rows[0];
    };
    const [third = ''] = await world.log([message(met, 3, false)]);
    await deliver(third);
    assert.deepEqual([await figures(met), await figures(unmet)], [undefined, undefined], 'it is history to it');
    await world.rebuild('session_analytics');
    assert.deepEqual(await figures(met), { contact: 1, own: 1, responses: 1 });
    assert.deepEqual(await figures(unmet), { contact: 1, own: 0, responses: 0 });
    const [fourth = '', first = ''] = await world.log([message(met, 4, true), message(unmet, 3, false)]);
    await deliver(third, fourth, first);
    assert.deepEqual(await figures(met), { contact: 2, own: 1, responses: 1 });
    assert.deepEqual(await figures(unmet), { contact: 1, own: 1, responses: 1 });
    assert.equal((await world.rebuild('session_analytics', { onlyCompares: true })).changed, 0);
  });

  test('passes over no event that commits behind its place: it comes to the consumer, and makes its row there', async () => {
    const [event] = tags(1);
    assert.ok(event);
    const late = await writeLate(world.systemPool, event);
    const [other = ''] = await happen('timeline', tags(1));
    const done = await world.rebuild('timeline');
    assert.equal(done.state, 'done');
    await late.commit();
    const { rows: places } = await world.systemPool.query<{ id: number }>(
      'select id from outbox_events where event_id = $1',
      [other],
    );
    assert.ok(late.position < Number(places[0]?.id), 'it lies before what the rebuild has been through');
    const lateId = late.eventId;
    await world.deliver('timeline', await world.deliveries([lateId]));
    const { rows } = await world.systemPool.query('select from contact_events where id = any($1::uuid[])', [
      [lateId, other],
    ]);
    assert.equal(rows.length, 2);
    assert.equal((await world.rebuild('timeline', { onlyCompares: true })).changed, 0);
  });

  test('is asked for once at a time; one that was cancelled leaves all as right as it was, and goes on anew', async () => {
    const { consumer } = projections.campaign_results;
    const ask = (id: string) =>
      system((tx) => requestRebuild(tx, { id, consumer, acceptGap: false }, { dryRun: false }));
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const asked = await Promise.allSettled(ids.map(ask));
    const refusals = asked.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    assert.equal(refusals.length, 2);
    for (const refusal of refusals) assert.match(refusal, /is being rebuilt already/);
    const [running] = await system((tx) => listRequests(tx, { consumer }));
    await world.admin.query("update consumer_requests set state = 'comparing' where id = $1", [running?.id]);
    await system((tx) => cancelRequest(tx, running?.id ?? ''));
    assert.equal((await world.rebuild('campaign_results')).state, 'done');
    await assert.rejects(
      system((tx) =>
        requestRebuild(
          tx,
          { id: randomUUID(), consumer: 'waha_message_consumer', acceptGap: false, onlyCompares: true },
          { dryRun: false },
        ),
      ),
      /builds no projection/,
    );
  });
});
