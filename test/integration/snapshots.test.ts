// Snapshots on a real database, which may be wrong or gone; and whether rows and snapshots are the fold of their events.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { aggregates } from '../../db/aggregates.ts';
import { eventSourced } from '../../db/event-store/event-sourced.ts';
import { schemaHash } from '../../db/event-store/snapshots.ts';
import { execute, type Loaded, load } from '../../db/execute.ts';
import { executeMany } from '../../db/execute-many.ts';
import type { Contact } from '../../domain/contact/state.ts';
import { newSession } from '../causes/things.ts';
import { done } from '../support/answers.ts';
import { causeWorld } from '../support/cause-world.ts';
import { assertRowsAreFolds, readMisfolded } from '../support/misfolded.ts';
import { operatorCommand } from '../support/operator-command.ts';
import { someCause as cause, snapshotEvery as every, openPast, type Past } from '../support/past.ts';

let past: Past;
before(async () => {
  past = await openPast('snapshots');
});
after(() => past.close());

describe('snapshots', () => {
  test('are taken where a command leads over the next multiple, personal fields sealed as in the row', async () => {
    const { id, answers } = await past.renamed(8);
    const last = Number(answers.at(-1)?.['sequence']);
    const snapshots = await past.snapshotsOf(id);
    assert.equal(snapshots.length, Math.floor(last / every));
    for (const { sequence, state } of snapshots) {
      assert.ok(sequence % every < 2, `${sequence}: a rename is two events`);
      assert.match(String(JSON.parse(state)['name']), /^enc:v1:/);
      assert.doesNotMatch(state, /Name \d|55119/);
    }
    const again = await past.replayed(id);
    assert.deepEqual([again.began, again.read < every, again.sequence], ['at a snapshot', true, last]);
    const whole = await past.replayed(id, { useSnapshots: false });
    assert.deepEqual([whole.began, whole.read], ['at the first event', last]);
    assert.deepEqual(again.state, whole.state);
  });

  test('are taken by commands in bulk as well', async () => {
    const ids = [String((await past.api.contact())['id']), String((await past.api.contact())['id'])];
    const tags = Array.from({ length: every }, (_, index) => `tag-${index}`);
    const commands = ids.flatMap((id) =>
      tags.map((tag) => ({ id, command: { type: 'contact.add_tag', data: { tag } } as const })),
    );
    await past.inOurs((tx) => executeMany(past.api.database, tx, aggregates.contact, commands, cause()));
    for (const id of ids) {
      assert.deepEqual(
        (await past.snapshotsOf(id)).map(({ sequence }) => sequence),
        [every + 1],
      );
      assert.deepEqual((await past.replayed(id)).state.tags, tags);
    }
  });

  // Each leaves the last snapshot of no use, and the one before as it was.
  const last = '(select max(sequence_number) from event_snapshots where aggregate_id = $1)';
  const damages: Readonly<Record<string, string>> = {
    'of another form': `update event_snapshots set schema_hash = 'older' where aggregate_id = $1 and sequence_number = ${last}`,
    'of a changed state': `update event_snapshots set state = replace(state, '"interaction_count":0', '"interaction_count":7') where aggregate_id = $1 and sequence_number = ${last}`,
    'of a broken state': `update event_snapshots set state = left(state, 20) where aggregate_id = $1 and sequence_number = ${last}`,
    'with a changed hash': `update event_snapshots set content_hash = 'x' || content_hash where aggregate_id = $1 and sequence_number = ${last}`,
    'at another moment': `update event_snapshots set as_of = as_of - interval '1 hour' where aggregate_id = $1 and sequence_number = ${last}`,
    'at another place': `update event_snapshots set sequence_number = sequence_number - 1 where aggregate_id = $1 and sequence_number = ${last}`,
    'of an event that is not there': `update event_snapshots set event_id = gen_random_uuid() where aggregate_id = $1 and sequence_number = ${last}`,
    'that is gone': `delete from event_snapshots where aggregate_id = $1 and sequence_number = ${last}`,
    'of which none is left': 'delete from event_snapshots where aggregate_id = $1',
  };
  for (const [name, sql] of Object.entries(damages))
    test(`one ${name} does no harm`, async () => {
      const { id, answers } = await past.renamed(5);
      const sound = await past.replayed(id);
      const { rowCount } = await past.admin.query(sql, [id]);
      assert.ok(rowCount && rowCount > 0);
      const now = await past.replayed(id);
      assert.deepEqual([now.state, now.sequence], [sound.state, sound.sequence]);
      assert.ok(now.read > sound.read, 'the damaged one was not used');
      // Whoever writes on takes the next one from a sound state.
      await done(past.api.call('PATCH', `/v1/contacts/${id}`, { body: { name: 'On' } }));
      await done(past.api.call('PATCH', `/v1/contacts/${id}`, { body: { name: 'And on' } }));
      await done(past.api.call('PATCH', `/v1/contacts/${id}`, { body: { name: 'And on and on' } }));
      const later = await past.replayed(id);
      assert.deepEqual([later.began, later.state.name], ['at a snapshot', 'And on and on']);
      assert.deepEqual(await past.answerAt(id, answers.at(-1)), answers.at(-1));
    });

  test('of another aggregate are not taken for its own', async () => {
    const [one, other] = [await past.renamed(5), await past.renamed(5)];
    await past.admin.query(
      `update event_snapshots mine set state = theirs.state, content_hash = theirs.content_hash from event_snapshots theirs
       where mine.aggregate_id = $1 and theirs.aggregate_id = $2 and theirs.sequence_number = mine.sequence_number`,
      [one.id, other.id],
    );
    const now = await past.replayed(one.id);
    assert.deepEqual([now.began, now.state.name], ['at the first event', 'Name 5']);
  });

  test('of an event that the store has no more is not used, sound as it is: so it is after a restore', async () => {
    const { id } = await past.renamed(5);
    const sound = await past.replayed(id, { sequence: 9, useSnapshots: false });
    await past.admin.query('delete from event_store where aggregate_id = $1 and sequence_number > 9', [id]);
    const now = await past.replayed(id);
    assert.deepEqual([now.state, now.sequence, now.read], [sound.state, 9, 3]);
    await forget(id);
  });

  test('another form: one column more, or an evolve that makes something else of an event', () => {
    const { contact } = aggregates;
    const { decider, store } = contact;
    assert.ok(decider.storage === 'events');
    const columns = { ...store.columns, tags: 'plain' as const };
    const evolve: typeof decider.evolve = (state, event) => {
      const after = decider.evolve(state, event);
      return event.type === 'contact.tag_added' ? { ...after, tags: [...after.tags, 'more'] } : after;
    };
    const forms = [
      contact,
      { ...contact, store: { ...store, columns } },
      { ...contact, decider: { ...decider, evolve } },
    ];
    assert.equal(new Set(forms.map((one) => schemaHash(one))).size, forms.length);
    assert.equal(new Set(Object.values(eventSourced).map((one) => schemaHash(one))).size, 4);
  });
});

describe('rows that are not the fold of their events are found', () => {
  const damages: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a row changed without an event': [
      `update contacts set language = 'pt' where id = $1`,
      /its row differs from its events in language/,
    ],
    'a personal field put from one row into another': [
      `update contacts set phone = (select email from contacts where id = $1) where id = $1`,
      /its row can not be opened/,
    ],
    'an event that is gone from the middle': [
      'delete from event_store where aggregate_id = $1 and sequence_number = 2',
      /there is no event 2/,
    ],
    'an event that is gone from the end': [
      'delete from event_store where aggregate_id = $1 and sequence_number = (select sequence from contacts where id = $1)',
      /its row is at \d+, its last event at \d+/,
    ],
    'an event that was changed': [
      `update event_store set event_data = event_data || '{"tag": "other"}' where aggregate_id = $1 and event_type = 'contact.tag_added'`,
      /its row differs from its events in tags/,
    ],
    'a row that is gone': ['delete from contacts where id = $1', /has events and no row/],
  };
  for (const [name, [sql, words]] of Object.entries(damages))
    test(name, async () => {
      const { id } = await past.api.contact({ tags: ['vip'], language: 'en', email: 'ana@example.com' });
      await assertRowsAreFolds(past.admin, past.api.deps.config);
      await past.admin.query('begin; set local session_replication_role = replica');
      try {
        assert.equal((await past.admin.query(sql, [id])).rowCount, 1);
        await past.admin.query('commit');
        const found = await readMisfolded(past.admin, past.api.database);
        assert.equal(found.length, 1, JSON.stringify(found));
        assert.match(`${found[0]?.aggregateId}: ${found[0]?.what}`, new RegExp(`${id}: ${words.source}`));
        await assert.rejects(assertRowsAreFolds(past.admin, past.api.deps.config), words);
      } finally {
        await forget(String(id));
      }
    });

  test('in every event-sourced aggregate, and in snapshots', async () => {
    const world = causeWorld(past.api);
    const { sessionId } = await newSession(world);
    const body = { projectId: past.api.tenant.projectId, name: 'Damaged' };
    const campaign = String(
      (await done(past.api.call('POST', '/v1/campaigns', { body: { ...body, goalType: 'reach_contacts' } })))['id'],
    );
    const pipeline = String((await done(past.api.call('POST', '/v1/pipelines', { body })))['id']);
    const { id } = await past.renamed(3);
    await assertRowsAreFolds(past.admin, past.api.deps.config);
    await past.admin.query('update sessions set message_count = 7 where id = $1', [sessionId]);
    await past.admin.query(`update campaigns set name = 'x' where id = $1`, [campaign]);
    await past.admin.query(`update pipelines set active = false where id = $1`, [pipeline]);
    // A snapshot of a wrong fold, whole in itself: only the comparison can tell.
    const { contact } = aggregates;
    const { decider } = contact;
    assert.ok(decider.storage === 'events');
    await past.admin.query('delete from event_snapshots where aggregate_id = $1', [id]);
    const { state, ...place } = await past.inOurs((tx) => load(past.api.database, tx, contact, id));
    const wrong: { loaded: Loaded<Contact> } = { loaded: { ...place, state: { ...state, language: 'xx' } } };
    const before = await past.admin.query('select to_jsonb(c) as row from contacts c where id = $1', [id]);
    for (const tag of ['a', 'b', 'c', 'd', 'e']) {
      const { loaded } = wrong;
      const made = await past.inOurs((tx) =>
        execute(past.api.database, tx, contact, id, { type: 'contact.add_tag', data: { tag } }, cause(), { loaded }),
      );
      wrong.loaded = { ...loaded, state: made.state, sequence: made.sequence, eventSequence: made.sequence };
    }
    await past.admin.query(`update contacts set language = $2 where id = $1`, [
      id,
      before.rows[0]?.row.language ?? null,
    ]);
    const found = await readMisfolded(past.admin, past.api.database);
    assert.deepEqual(found.map(({ aggregateType, what }) => `${aggregateType}: ${what.replace(/\d+/, 'n')}`).sort(), [
      'campaign: its row differs from its events in name',
      'contact: its snapshot at n differs from its events in language',
      'pipeline: its row differs from its events in active',
      'session: its row differs from its events in messageCount',
    ]);
    const verify = (...args: string[]) => operatorCommand('verify', past.api.stack.environment, ...args);
    const told = await verify();
    assert.equal(told.code, 1, told.output);
    for (const one of [sessionId, campaign, pipeline, id]) assert.match(told.output, new RegExp(`${one}: its `));
    assert.match(told.output, /contact: \d+, .* compared, 4 wrong/);
    const others = await verify('--only', 'pipeline,session', '--tenant', past.api.tenant.tenantId);
    assert.match(others.output, /pipeline: \d+, session: \d+ compared, 2 wrong/);
    for (const one of [sessionId, campaign, pipeline, id]) await forget(one);
    assert.equal((await verify()).code, 0);
    assert.match(
      (await verify('--only', 'messages')).output,
      /messages does not live from its events: those that do are/,
    );
    await assertRowsAreFolds(past.admin, past.api.deps.config);
  });
});

/** Takes an aggregate out, with all that is known of it. */
async function forget(id: string): Promise<void> {
  await past.admin.query('rollback');
  await past.admin.query('set session_replication_role = replica');
  for (const table of ['contacts', 'sessions', 'campaigns', 'pipelines'])
    await past.admin.query(`delete from ${table} where id = $1`, [id]);
  for (const table of ['event_store', 'event_snapshots'])
    await past.admin.query(`delete from ${table} where aggregate_id = $1`, [id]);
  await past.admin.query('set session_replication_role = origin');
}
